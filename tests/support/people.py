"""Who is known at the provider, as person and as client, and how a person there gets from page to page."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

USERNAME, PASSWORD = "ann", "correct horse battery staple"
OTHER_USERNAME = "bo"
STATE = "state of this very request"
PRIVATE_USE = "com.example.app:/cb"


def registrations(client: str, elsewhere: str) -> dict[str, Any]:
    """What ``oidc-op apply`` reads; ``client`` is the client's origin, and ``elsewhere`` another one of its own."""
    links = {name: f"{client}/{name}" for name in ("client_uri", "policy_uri", "tos_uri")}
    return {
        "accounts": [
            {"username": USERNAME, "password": PASSWORD, "claims": {"name": "Ann Example", "email": "ann@example.com"}},
            {"username": OTHER_USERNAME, "password": PASSWORD, "claims": {"name": "Bo Sample"}},
        ],
        "clients": [
            _client("plain", "Garden Planner", client),
            _client(
                "with-everything",
                "The Worshipful Company of Very Long Names",
                client,
                logo_uri=f"{client}/logo.svg",
                post_logout_redirect_uris=[f"{client}/cb"],
                **links,
            ),
            _client("trusted", "Intranet", client, require_consent=False),
            _client("of-many-hosts", "Wanderer", client, redirect_uris=[f"{client}/cb-of-many-hosts"], client_uri=elsewhere),
            _client(
                *("led-astray", "Stray", client),
                redirect_uris=[f"{client}/cb-of-many-hosts", f"{client}/cb-of-an-application"],
                post_logout_redirect_uris=[f"{client}/cb-of-many-hosts"],
            ),
            _client("native", "Pocket Notes", client, application_type="native", redirect_uris=[PRIVATE_USE]),
        ],
    }


def _client(client_id: str, name: str, origin: str, **members: Any) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_name": name,
        "client_secret": "a-secret-that-no-browser-ever-sees",
        "redirect_uris": [f"{origin}/cb"],
        **members,
    }


class Person:
    """One person, one tab."""

    def __init__(self, page: Page, issuer: str, client: str) -> None:
        self.page, self.issuer, self.client = page, issuer, client

    def request(self, client_id: str = "plain", **parameters: str) -> str:
        """The address of an authorization request."""
        wanted = {
            "client_id": client_id,
            "redirect_uri": PRIVATE_USE if client_id == "native" else f"{self.client}/cb",
            "response_type": "code",
            "scope": "openid profile email",
            "state": STATE,
            "nonce": "n",
        }
        return f"{self.issuer}/authorize?{urlencode(wanted | parameters)}"

    def comes_from(self, client_id: str = "plain", **parameters: str) -> None:
        """Follow a client's link; asked for consent each time, so that no earlier one matters, unless ``prompt`` says else."""
        self.page.goto(self.request(client_id, **({"prompt": "consent"} | parameters)))

    def is_sent_to_sign_out(self, client_id: str, **parameters: str) -> None:
        """Follow a client's link to the end-session endpoint; it wants the person back."""
        wanted = {"client_id": client_id, "post_logout_redirect_uri": f"{self.client}/cb", "state": STATE}
        self.page.goto(f"{self.issuer}/end-session?{urlencode(wanted | parameters)}")

    def signs_in(self, username: str = USERNAME, password: str = PASSWORD) -> None:
        """Fill in the sign-in page."""
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("#login-submit")

    def allows(self) -> None:
        """Answer the consent page."""
        self.page.click("#consent-accept")

    @property
    def path(self) -> str:
        """Where the person is at the provider."""
        return self.page.url.removeprefix(self.issuer).partition("?")[0]

    def answer(self) -> Mapping[str, str]:
        """What the client was answered, once the person is back there."""
        return json.loads(self.page.locator("#answer").text_content() or "")

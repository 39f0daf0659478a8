"""A person with a browser that runs no scripts: it keeps cookies, follows redirects and fills in forms."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag

MOST_HOPS = 12
TIMEOUT = 30  # seconds


class Stuck(Exception):
    """The provider shows something that leads nowhere; the text has it."""


class UserAgent:
    """One person at one provider."""

    def __init__(self, issuer: str, username: str, password: str) -> None:
        self.issuer, self.username, self.password = issuer, username, password
        self.session = requests.Session()
        self.seen: list[str] = []  # the paths of the provider's pages that were filled in

    def visit(self, url: str, on_consent: Callable[[], object] | None = None) -> str:
        """The address outside the provider to which ``url`` leads in the end.

        ``on_consent`` is called when the provider has acknowledged a consent.
        """
        response = self._get(url)
        for _ in range(MOST_HOPS):
            if response.is_redirect:
                url = urljoin(response.url, response.headers["Location"])
                if not self._is_at_provider(url):
                    return url
                response = self._get(url)
                continue
            if response.status_code != requests.codes.ok:
                raise Stuck(f"{response.status_code} at {response.url}: {response.text[:2000]}")
            path, form = urlsplit(response.url).path, self._filled_in(response)
            self.seen.append(path)
            response = self.session.post(*form, allow_redirects=False, timeout=TIMEOUT)
            if on_consent and response.is_redirect and path.endswith("/consent"):
                on_consent()
        raise Stuck(f"no end to it: {url}")

    def _get(self, url: str) -> requests.Response:
        return self.session.get(url, allow_redirects=False, timeout=TIMEOUT)

    def _is_at_provider(self, url: str) -> bool:
        return url.startswith(self.issuer + "/")

    def _filled_in(self, response: requests.Response) -> tuple[str, dict[str, str]]:
        for form in BeautifulSoup(response.text, "html.parser").find_all("form"):
            action = urljoin(response.url, str(form.get("action", "")))
            fields = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
            if "password" in fields:
                return action, fields | {"username": self.username, "password": self.password} | _button(form, "#login-submit")
            if form.select_one("#consent-accept"):
                return action, fields | _button(form, "#consent-accept")
            if form.select_one("#account-continue"):
                return action, fields | _button(form, "#account-continue")
        raise Stuck(f"nothing to fill in at {response.url}: {response.text[:2000]}")


def _button(form: Tag, selector: str) -> dict[str, str]:
    button = form.select_one(selector)
    if button is None:
        raise Stuck(f"no {selector} in {form}")
    return {str(button["name"]): str(button.get("value", ""))} if button.get("name") else {}

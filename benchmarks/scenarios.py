"""The conversations that are measured, as a table."""

import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlencode

from .accounts import CLIENT_ID, OFFLINE_SCOPE, REDIRECT_URI, SCOPE
from .relying_party import BASIC, RelyingParty, answered, base64url, expect
from .sign_in import is_redirect, walk
from .wire import Agent, Response


class User:
    """A virtual user: a person with a browser, and the client that serves them."""

    def __init__(self, rp: RelyingParty, number: int) -> None:
        self.rp, self.number = rp, number
        self.agent = Agent(rp.issuer)
        self.sub = self.access_token = self.refresh_token = ""
        self.ready = False
        self.laps: list[tuple[str, float]] = []

    async def step(self, name: str, method: str, url: str, headers: str = "", form: dict[str, str] | None = None) -> Response:
        """A request that is timed under its name."""
        start = time.perf_counter()
        response = await self.agent.request(method, url, headers, form)
        self.laps.append((name, time.perf_counter() - start))
        return response


class Attempt:
    """One authorization request, with the values its answers must carry."""

    def __init__(self, rp: RelyingParty, scope: str, **more: str) -> None:
        self.state, self.nonce, self.verifier = (secrets.token_urlsafe(n) for n in (12, 12, 32))
        challenge = base64url(hashlib.sha256(self.verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        self.url = f"{rp.endpoints['authorization']}?{urlencode(query | more)}"


async def ask_for_tokens(user: User, form: dict[str, str], nonce: str | None = None, *, id_token: bool = True) -> None:
    """POST /token, with everything in its answer checked and kept."""
    headers = f"Authorization: Basic {BASIC}\r\n"
    answer = answered(await user.step("token", "POST", user.rp.endpoints["token"], headers, form), "token")
    token = answer.get("access_token")
    expect(isinstance(token, str) and token not in ("", user.access_token), "token: access_token")
    expect(str(answer.get("token_type")).lower() == "bearer", "token: token_type")
    user.access_token = str(token)
    if id_token or "id_token" in answer:
        sub = user.rp.check_id_token(answer.get("id_token"), user.access_token, nonce)
        expect(user.sub in ("", sub), "ID Token: sub of another account")
        user.sub = sub
    user.refresh_token = str(answer.get("refresh_token", ""))


async def redeem(user: User, attempt: Attempt, location: str) -> None:
    """Exchange the code (RFC 6749 §4.1.3, RFC 7636 §4.5)."""
    form = {
        "grant_type": "authorization_code",
        "code": user.rp.code_of(location, attempt.state),
        "redirect_uri": REDIRECT_URI,
        "code_verifier": attempt.verifier,
    }
    await ask_for_tokens(user, form, attempt.nonce)


async def nothing(user: User) -> None:
    """Prepare nothing."""


async def signed_in(user: User) -> None:
    """Have a session, a remembered consent and an access token."""
    attempt = Attempt(user.rp, SCOPE)
    await redeem(user, attempt, await walk(user.agent, attempt.url, user.number))


async def offline(user: User) -> None:
    """Have a refresh token (OIDC Core §11)."""
    attempt = Attempt(user.rp, OFFLINE_SCOPE, prompt="consent")
    await redeem(user, attempt, await walk(user.agent, attempt.url, user.number))
    expect(user.refresh_token, "token: no refresh_token")


async def code(user: User) -> None:
    """Authorize, redeem the code, ask for the claims."""
    attempt = Attempt(user.rp, SCOPE)
    response = await user.step("authorize", "GET", attempt.url)
    expect(is_redirect(response), f"authorize: status {response.status}")
    await redeem(user, attempt, response.headers["location"])
    await userinfo(user)


async def refresh(user: User) -> None:
    """Refresh, and hold the new refresh token afterwards."""
    old = user.refresh_token
    await ask_for_tokens(user, {"grant_type": "refresh_token", "refresh_token": old}, id_token=False)
    user.refresh_token = user.refresh_token or old


async def userinfo(user: User) -> None:
    """Ask for the claims with the access token (OIDC Core §5.3)."""
    headers = f"Authorization: Bearer {user.access_token}\r\n"
    answer = answered(await user.step("userinfo", "GET", user.rp.endpoints["userinfo"], headers), "userinfo")
    expect(answer.get("sub") == user.sub, "userinfo: sub")


async def discovery(user: User) -> None:
    """Read the metadata."""
    answer = answered(await user.step("discovery", "GET", user.rp.discovery), "discovery")
    expect(answer.get("issuer") == user.rp.issuer, "discovery: issuer")


async def jwks(user: User) -> None:
    """Read the keys."""
    answer = answered(await user.step("jwks", "GET", user.rp.endpoints["jwks"]), "jwks")
    expect(answer.get("keys"), "jwks: no keys")


class Scenario(NamedTuple):
    """The preparation of a virtual user, and the conversation that it repeats."""

    prepare: Callable[[User], Awaitable[None]]
    flow: Callable[[User], Awaitable[None]]


SCENARIOS = {
    "code": Scenario(signed_in, code),
    "refresh": Scenario(offline, refresh),
    "userinfo": Scenario(signed_in, userinfo),
    "discovery": Scenario(nothing, discovery),
    "jwks": Scenario(nothing, jwks),
}

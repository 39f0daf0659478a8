"""A relying party that remembers every message: the code flow with PKCE, ``state`` and ``nonce`` (OIDC Core §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from oidc_op.interfaces import JSONMapping, JSONObject

from .messages import Exchange, cut, shortened, text

TIMEOUT = 10  # seconds, of every call
SCOPE = "openid profile email"


class SignInFailed(ValueError):
    """The provider refused, or what it said does not hold; says which."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a sign-in: each field is JSON text."""

    id_token_header: str
    id_token_claims: str
    userinfo: str
    tokens: str
    exchanges: list[Exchange]


@dataclass
class RelyingParty:
    """One sign-in of one browser at ``issuer``, which is the only place that is ever called."""

    issuer: str
    client_id: str
    redirect_uri: str
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._session = OAuth2Session(
            self.client_id,
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
            default_timeout=TIMEOUT,
        )
        self._session.max_redirects = 0  # what is asked is answered there, or not at all

    def begin(self) -> tuple[str, dict[str, str]]:
        """Return the URL to send the browser to, and the values to keep until it comes back.

        :raises SignInFailed: the provider is not what it should be.
        """
        kept = {"state": generate_token(32), "nonce": generate_token(32), "code_verifier": generate_token(64)}
        url, _ = self._session.create_authorization_url(self._endpoint(self._discover(), "authorization_endpoint"), **kept)
        return url, kept | {"url": url}

    def finish(self, query: str, kept: Mapping[str, str]) -> Result:
        """Finish a sign-in: ``query`` is the response that the browser brought, ``kept`` the values that ``begin`` returned.

        :raises SignInFailed: it is an error, or not the answer to what was asked.
        """
        metadata, answer = self._discover(), dict(parse_qsl(query))
        self._note("Authorization request", f"GET {kept['url']}", text(_parts(kept["url"])), SENT_AWAY)
        self._note("Authorization response", f"GET {self.redirect_uri}", text(shortened(answer)), CAME_BACK)
        if answer.get("state") != kept["state"] or answer.get("iss") != self.issuer:
            raise SignInFailed("the answer is not to what this page asked: its state or its iss is another")
        if "error" in answer or "code" not in answer:
            raise SignInFailed(f"the provider refused with {answer.get('error')}: {answer.get('error_description', 'it does not say why')}")
        tokens = self._redeem(metadata, answer["code"], kept["code_verifier"])
        id_token = self._checked(metadata, tokens["id_token"], kept["nonce"])
        userinfo = self._userinfo(metadata, tokens["access_token"])
        if userinfo["sub"] != id_token.claims["sub"]:
            raise SignInFailed("UserInfo speaks of somebody else than the ID Token")
        return Result(text(id_token.header), text(id_token.claims), text(userinfo), text(shortened(tokens)), self.exchanges)

    def _discover(self) -> JSONObject:
        """OIDC Discovery §4."""
        url = f"{self.issuer}/.well-known/openid-configuration"
        metadata = _json(self._session.get(url, withhold_token=True))
        self._note("Discovery", f"GET {url}", text(metadata), DISCOVERED)
        if metadata.get("issuer") != self.issuer:
            raise SignInFailed(f"the provider at {self.issuer} calls itself {metadata.get('issuer')}")
        return metadata

    def _redeem(self, metadata: JSONMapping, code: str, code_verifier: str) -> JSONObject:
        """OIDC Core §3.1.3."""
        url = self._endpoint(metadata, "token_endpoint")
        tokens = dict(self._session.fetch_token(url, grant_type="authorization_code", code=code, code_verifier=code_verifier))
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": code_verifier}
        form |= {"redirect_uri": self.redirect_uri, "client_id": self.client_id}
        self._note("Token request", f"POST {url}\n\n{text(shortened(form))}", text(shortened(tokens)), REDEEMED)
        return tokens

    def _checked(self, metadata: JSONMapping, id_token: str, nonce: str) -> Any:
        """OIDC Core §3.1.3.7."""
        url = self._endpoint(metadata, "jwks_uri")
        keys = _json(self._session.get(url, withhold_token=True))
        self._note("Keys", f"GET {url}", text(keys), CHECKED)
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=metadata["id_token_signing_alg_values_supported"])
        JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
        return token

    def _userinfo(self, metadata: JSONMapping, access_token: str) -> JSONObject:
        """OIDC Core §5.3."""
        url = self._endpoint(metadata, "userinfo_endpoint")
        claims = _json(self._session.get(url))
        self._note("UserInfo", f"GET {url}\n\nAuthorization: Bearer {cut(access_token)}", text(claims), ASKED)
        return claims

    def _endpoint(self, metadata: JSONMapping, name: str) -> str:
        url = str(metadata.get(name, ""))
        if not url.startswith(f"{self.issuer}/"):
            raise SignInFailed(f"{name} is not the provider's: {url or 'it is missing'}")
        return url

    def _note(self, title: str, request: str, response: str, explanation: str) -> None:
        self.exchanges.append(Exchange(title, request, response, explanation))


DISCOVERED = "What the provider says of itself: where everything is, and what it can do."
SENT_AWAY = "Your browser carried the question, whose parts stand below. code_challenge is the hash of a secret that comes later."
CAME_BACK = "Your browser carried the answer back. The code is good for one use, by whoever knows the secret."
REDEEMED = "From here on no browser is involved. The code became tokens; code_verifier is the secret whose hash was sent."
CHECKED = "With these the application checked that the ID Token is signed by this provider; it also compared issuer, client and nonce."
ASKED = "Whoever shows the access token is told about you what you allowed."


def _json(response: requests.Response) -> Any:
    response.raise_for_status()
    return response.json()


def _parts(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))

"""A relying party that remembers every message: code flow with PKCE, ``state`` and ``nonce`` (OIDC Core §3.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

TIMEOUT = 10  # seconds
SCOPE = "openid profile email"
SHOWN = 12  # characters of a secret value that a page shows
SECRET = ("access_token", "refresh_token", "id_token", "code", "code_verifier", "Authorization")


@dataclass(frozen=True)
class Exchange:
    """One message and its answer, for people."""

    title: str
    request: str
    response: str
    explanation: str


@dataclass(frozen=True)
class Result:
    """What a sign-in taught the application; each as JSON text."""

    id_token_header: str
    id_token_claims: str
    userinfo: str
    tokens: str
    exchanges: list[Exchange]


@dataclass
class RelyingParty:
    """One sign-in of one browser at ``issuer``."""

    issuer: str
    client_id: str
    redirect_uri: str
    exchanges: list[Exchange] = field(default_factory=list)

    def begin(self) -> tuple[str, dict[str, str]]:
        """Where to send the browser, and what to remember until it comes back."""
        kept = {"state": generate_token(32), "nonce": generate_token(32), "code_verifier": generate_token(64)}
        url, _ = self._session().create_authorization_url(self._metadata()["authorization_endpoint"], **kept)
        return url, kept | {"url": url}

    def finish(self, url: str, kept: dict[str, str]) -> Result:
        """What the answer that the browser brought leads to.

        :raises ValueError: it is an error, or not the answer to what was asked.
        """
        asked, answer = dict(parse_qsl(urlsplit(kept["url"]).query)), dict(parse_qsl(urlsplit(url).query))
        self._note(
            "The browser is sent away", f"GET {kept['url']}", _text(asked), "The question, carried by the browser; below, its parts."
        )
        self._note("The browser comes back", f"GET {_shortened(url, answer)}", _text(answer), "The answer, carried by the browser.")
        if "error" in answer:
            raise ValueError(f"{answer['error']}: {answer.get('error_description', '')}")
        if answer.get("state") != kept["state"] or answer.get("iss") != self.issuer:
            raise ValueError("the answer is not to what this page asked: its state or iss differs")
        metadata, session = self._metadata(), self._session()
        tokens = session.fetch_token(
            metadata["token_endpoint"],
            code=answer["code"],
            code_verifier=kept["code_verifier"],
            grant_type="authorization_code",
            timeout=TIMEOUT,
        )
        token = self._checked(tokens["id_token"], metadata, kept["nonce"])
        userinfo = session.get(metadata["userinfo_endpoint"], timeout=TIMEOUT)
        userinfo.raise_for_status()
        if userinfo.json()["sub"] != token.claims["sub"]:
            raise ValueError("UserInfo speaks of somebody else than the ID Token")
        return Result(_text(token.header), _text(token.claims), _text(userinfo.json()), _text(dict(tokens)), self.exchanges)

    def _checked(self, id_token: str, metadata: Any, nonce: str) -> Any:
        """The ID Token, its signature and claims checked (OIDC Core §3.1.3.7)."""
        keys = self._get(metadata["jwks_uri"], "Keys", "What the ID Token's signature is checked with.").json()
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=metadata["id_token_signing_alg_values_supported"])
        JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
        return token

    def _metadata(self) -> Any:
        url = f"{self.issuer}/.well-known/openid-configuration"
        metadata = OpenIDProviderMetadata(self._get(url, "Discovery", "What the provider says of itself.").json())
        if metadata.get("issuer") != self.issuer:
            raise ValueError(f"the provider calls itself {metadata.get('issuer')}, not {self.issuer}")
        return metadata

    def _get(self, url: str, title: str, explanation: str) -> requests.Response:
        response = requests.get(url, timeout=TIMEOUT)
        response.raise_for_status()
        self._note(title, f"GET {url}", _text(response.json()), explanation)
        return response

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            self.client_id,
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
        )
        session.hooks["response"].append(self._seen)
        return session

    def _seen(self, response: requests.Response, *_args: Any, **_kwargs: Any) -> requests.Response:
        asked, body = response.request, dict(parse_qsl(str(response.request.body or "")))
        title, why = TOLD["POST" if asked.method == "POST" else "GET"]
        self._note(title, f"{asked.method} {asked.url}\n\n{_text(_hidden(body))}", _text(_hidden(response.json())), why)
        return response

    def _note(self, title: str, request: str, response: str, explanation: str) -> None:
        self.exchanges.append(Exchange(title, request, response, explanation))


TOLD = {
    "POST": ("Token request", "The code, with the verifier whose hash was sent before, becomes tokens."),
    "GET": ("UserInfo", "The access token is shown in the Authorization header."),
}


def _hidden(members: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{str(value)[:SHOWN]}…" if name in SECRET else value for name, value in members.items()}


def _shortened(url: str, answer: dict[str, str]) -> str:
    return url.replace(answer["code"], f"{answer['code'][:SHOWN]}…") if answer.get("code") else url


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

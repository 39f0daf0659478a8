"""The client that the virtual users use: it checks every response of the provider."""

import hashlib
import time
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .accounts import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from .wire import Agent, Response, UnexpectedError

BASIC = b64encode(f"{quote(CLIENT_ID, safe='')}:{quote(CLIENT_SECRET, safe='')}".encode()).decode()


def base64url(raw: bytes) -> str:
    """RFC 7515 §2."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def expect(holds: object, what: str) -> None:
    """Count ``what`` as an error unless it holds."""
    if not holds:
        raise UnexpectedError(what)


def answered(response: Response, step: str) -> dict[str, Any]:
    """The JSON object of a successful answer."""
    if response.status != 200:
        text = " ".join(response.body[:80].decode("latin-1").split())
        raise UnexpectedError(f"{step}: status {response.status} {text}")
    return response.json()


@dataclass(frozen=True)
class RelyingParty:
    """The one confidential client, registered with one provider."""

    issuer: str
    discovery: str
    endpoints: dict[str, str]
    keys: KeySet

    @classmethod
    async def configure(cls, issuer: str) -> "RelyingParty":
        """Read discovery and the keys."""
        agent, url = Agent(issuer), f"{issuer}/.well-known/openid-configuration"
        try:
            metadata = answered(await agent.request("GET", url), "discovery")
            expect(metadata.get("issuer") == issuer, "discovery: issuer")
            names = {"jwks": "jwks_uri"} | {n: f"{n}_endpoint" for n in ("authorization", "token", "userinfo")}
            endpoints = {name: str(metadata.get(key, "")) for name, key in names.items()}
            for name, endpoint in endpoints.items():
                expect(endpoint.startswith(issuer + "/"), f"discovery: {name} is not below the issuer")
            jwks = answered(await agent.request("GET", endpoints["jwks"]), "jwks")
            return cls(issuer, url, endpoints, KeySet.import_key_set(jwks))  # type: ignore[arg-type]
        finally:
            agent.close()

    def code_of(self, location: str, state: str) -> str:
        """The code of an authorization response (RFC 6749 §4.1.2, RFC 9207)."""
        expect(location.startswith(REDIRECT_URI + "?"), "authorize: not sent to the redirect_uri")
        answer = parse_qs(urlsplit(location).query, keep_blank_values=True)
        expect("error" not in answer, f"authorize: {answer.get('error')}")
        expect(answer.get("state") == [state], "authorize: state")
        expect(answer.get("iss", [self.issuer]) == [self.issuer], "authorize: iss")
        expect(len(answer.get("code", ())) == 1, "authorize: no code")
        return answer["code"][0]

    def check_id_token(self, id_token: object, access_token: str, nonce: str | None) -> str:
        """Verify an ID Token (OIDC Core §3.1.3.7); its ``sub``."""
        try:
            claims = jwt.decode(str(id_token), self.keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise UnexpectedError(f"ID Token: {type(error).__name__}") from error
        half = base64url(hashlib.sha256(access_token.encode()).digest()[:16])
        expect(claims.get("iss") == self.issuer, "ID Token: iss")
        expect(claims.get("aud") in (CLIENT_ID, [CLIENT_ID]), "ID Token: aud")
        expect(claims.get("exp", 0) > time.time(), "ID Token: exp")
        expect(nonce is None or claims.get("nonce") == nonce, "ID Token: nonce")
        expect(claims.get("at_hash", half) == half, "ID Token: at_hash")
        sub = claims.get("sub")
        if not isinstance(sub, str) or not sub:
            raise UnexpectedError("ID Token: sub")
        return sub

"""``id_token_hint``: an ID Token that comes back to say who is meant (OIDC Core §3.1.2.1, RP-Initiated Logout §2)."""

from __future__ import annotations

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client

from .client_secret import SYMMETRIC, signing_secret
from .symmetric import signed_by


def verify_hint(provider: IProvider, token: str) -> JSONObject | None:
    """The claims of an ID Token that was made here, whatever its age; None for any other.

    One that is signed with a client's secret is the word of that client alone: it holds for that client and for nobody else.
    """
    claims = provider.keys.verify(token) or signed_by(token, SYMMETRIC, lambda client_id: _secret_of(provider, client_id))
    if claims is None or claims.get("iss") != provider.issuer or not isinstance(claims.get("sub"), str):
        return None
    return claims


def audiences(claims: JSONObject) -> tuple[str, ...]:
    """Whom the token is for (RFC 7519 §4.1.3)."""
    found = claims.get("aud")
    return tuple(each for each in (found if isinstance(found, list) else [found]) if isinstance(each, str))


def _secret_of(provider: IProvider, client_id: str) -> bytes | None:
    client: Client | None = provider.store.clients.get(client_id)
    if client is None or client.id_token_signed_response_alg not in SYMMETRIC or not client.client_secret_sealed:
        return None
    return signing_secret(provider, client)

"""Access tokens as JWTs (RFC 9068): signed like ID Tokens, of a type of their own, and still under the grant they hang from."""

from __future__ import annotations

import secrets

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant
from oidc_op.model.handle import named_key
from oidc_op.model.scope import join_scope
from oidc_op.model.ticket import Ticket
from oidc_op.process.limits import keep

from .subject import subject_of

TYP = "at+jwt"  # §2.1: no ID Token is mistaken for one, and none for an ID Token
REVOKED = "revoked access token"


def make(provider: IProvider, client: Client, grant: Grant, scopes: tuple[str, ...], expires_at: int, audience: tuple[str, ...]) -> str:
    """A JWT for ``scopes`` of ``grant``, which has no key where it is not kept.

    ``jti`` names the grant, so that the token dies with it wherever the provider is asked.
    """
    claims: JSONObject = {
        "iss": provider.issuer,
        "sub": subject_of(provider, provider.accounts.get(grant.sub), client) if grant.sub else client.client_id,
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "client_id": client.client_id,
        "iat": max(provider.now, grant.created_at) if not grant.key else provider.now,
        "exp": expires_at,
        "jti": f"{grant.key}.{secrets.token_urlsafe(12)}",
    }
    optional = {"scope": join_scope(scopes), "auth_time": grant.auth_time, "acr": grant.acr, "amr": list(grant.amr)}
    claims |= {name: value for name, value in optional.items() if value}
    return provider.keys.sign(provider.keys.preferred, claims, typ=TYP)


def read(provider: IProvider, text: str) -> JSONObject | None:
    """The claims of a JWT that was made here and has neither ended nor been revoked by itself; its grant is asked elsewhere."""
    claims = provider.keys.verify(text, typ=TYP)
    if claims is None or claims.get("iss") != provider.issuer or claims["exp"] <= provider.now:
        return None
    return None if provider.store.tickets.get(_ticket(claims).key) else claims


def grant_key(claims: JSONObject) -> str:
    """The key of the grant that it hangs from, "" where there is none."""
    return claims["jti"].partition(".")[0]


def revoke(provider: IProvider, claims: JSONObject) -> None:
    """Remember until its end that this one is dead; its grant and the grant's other tokens live on.

    :raises oidc_op.process.limits.LimitReached: as much is remembered as may be.
    """
    ticket = _ticket(claims)
    if provider.store.tickets.get(ticket.key) is None:
        keep(provider, ticket)


def _ticket(claims: JSONObject) -> Ticket:
    expires_at = claims["exp"]
    return Ticket(named_key(expires_at, f"{REVOKED}\t{claims['jti']}"), REVOKED, expires_at)

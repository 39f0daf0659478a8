"""``scope``: what the client asks for (RFC 6749 §3.3)."""

from __future__ import annotations

from oidc_op.model.scope import split_scope
from oidc_op.protocol.errors import InvalidScope

from .request import Authorization


def check_scope(authorization: Authorization) -> None:
    """Ignore scopes that nobody knows; refuse known ones beyond the client's."""
    try:
        asked = split_scope(authorization.params.get("scope", ""))
    except ValueError:
        raise InvalidScope("scope is malformed") from None
    client, known = authorization.client, authorization.provider.configuration.scopes
    scopes = tuple(scope for scope in asked if scope in known or scope in client.scopes)
    beyond = [scope for scope in scopes if scope not in client.scopes]
    if beyond:
        raise InvalidScope("scope goes beyond what the client registered", detail=f"{beyond}; registered: {sorted(client.scopes)}")
    if set(scopes) == {"offline_access"}:
        raise InvalidScope("offline_access is no access by itself")
    if not scopes:
        raise InvalidScope("scope names nothing that is known here", detail=f"{asked}; known: {sorted(known)}")
    authorization.scopes = scopes

"""``scope`` at the token endpoint, where no person is asked (RFC 6749 §4.3.2, §4.4.2)."""

from __future__ import annotations

from oidc_op.model.scope import split_scope
from oidc_op.protocol.errors import InvalidScope
from oidc_op.protocol.token import TokenRequest


def asked_scopes(request: TokenRequest, default: tuple[str, ...]) -> tuple[str, ...]:
    """What is asked for, without what nobody knows; ``default`` where nothing is asked (RFC 6749 §3.3).

    :raises InvalidScope: it goes beyond what the client registered, or names nothing that is known.
    """
    if "scope" not in request.params:
        return default
    try:
        asked = split_scope(request.params["scope"])
    except ValueError:
        raise InvalidScope("scope is malformed") from None
    client, known = request.client, request.provider.configuration.scopes
    scopes = tuple(scope for scope in asked if scope in known or scope in client.scopes)
    if beyond := [scope for scope in scopes if scope not in client.scopes]:
        raise InvalidScope("scope goes beyond what the client registered", detail=f"{beyond}; registered: {sorted(client.scopes)}")
    if not scopes:
        raise InvalidScope("scope names nothing that is known here", detail=f"{asked}; known: {sorted(known)}")
    return scopes

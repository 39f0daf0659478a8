"""``scope`` as a client asks for it, at either endpoint (RFC 6749 §3.3)."""

from __future__ import annotations

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.scope import split_scope

from .errors import InvalidScope


def asked_scopes(provider: IProvider, client: Client, scope: str) -> tuple[str, ...]:
    """Return what is asked for, without what nobody knows; where nothing is asked for, ``oidc.default_scope``.

    :raises InvalidScope: it is malformed, goes beyond what the client registered, or names nothing that is known.
    """
    try:
        asked = split_scope(scope or provider.settings.default_scope)
    except ValueError:
        raise InvalidScope("scope is malformed") from None
    if not asked:
        raise InvalidScope("scope is missing")
    known = provider.configuration.scopes
    scopes = tuple(each for each in asked if each in known or each in client.scopes)
    if beyond := [each for each in scopes if each not in client.scopes]:
        raise InvalidScope("scope goes beyond what the client registered", detail=f"{beyond}; registered: {sorted(client.scopes)}")
    if not scopes:
        raise InvalidScope("scope names nothing that is known here", detail=f"{asked}; known: {sorted(known)}")
    return scopes

"""Ending a grant with all that hangs from it, or one of its tokens (RFC 7009)."""

from __future__ import annotations

from oidc_op.events import GrantRevoked
from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant

from . import jwt_access_token
from .bearer import Bearer, find_bearer
from .errors import InvalidGrant, InvalidToken
from .presented_token import read_presented
from .refresh_handle import find_refresh_token


def revoke(provider: IProvider, grant: Grant, reason: str) -> None:
    """Write that ``grant`` is dead, once; ``reason`` is for the log."""
    if not grant.revoked_at:
        provider.store.grants.put(grant.revoked(provider.now))
        provider.request.registry.notify(GrantRevoked(provider, grant, reason))


def revoke_access_token(provider: IProvider, bearer: Bearer) -> None:
    """Write that this access token is dead; its grant lives on, with its other tokens."""
    if bearer.claims is not None:
        jwt_access_token.revoke(provider, bearer.claims)
        return
    provider.store.grants.put(bearer.grant.without_access_token(bearer.token))


def revoke_token(provider: IProvider) -> None:
    """Do what a revocation request asks (RFC 7009 §2.1): a refresh token takes its grant along, also one that was used already.

    A token that is unknown, or dead, leaves nothing to do, and that is a success (§2.2).

    :raises InvalidGrant: the token was issued to another client.
    :raises OAuthError: the request is malformed, or its client has not proved who it is.
    """
    client, text = read_presented(provider)
    found = find_refresh_token(provider, text)
    if found is not None:
        _check_owner(client, found.grant)
        revoke(provider, found.grant, "its client gave the refresh token back")
        return
    try:
        bearer = find_bearer(provider, text)
    except InvalidToken:
        return
    _check_owner(client, bearer.grant)
    revoke_access_token(provider, bearer)


def _check_owner(client: Client, grant: Grant) -> None:
    if grant.client_id != client.client_id:
        raise InvalidGrant("the token was issued to another client", detail=f"to {grant.client_id!r}, not {client.client_id!r}")

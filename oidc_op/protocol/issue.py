"""Issuing tokens for a grant: access token, refresh token, ID Token (RFC 6749 §5.1, OIDC Core §3.1.3.3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from oidc_op.events import TokenIssued
from oidc_op.model.grant import Grant, RefreshToken
from oidc_op.model.handle import Handle

from .access_token import give_access_token
from .id_token import id_token_claims, sign_id_token
from .refresh_handle import draw_refresh, seal_answer
from .token import Issued, TokenRequest


def issue(
    request: TokenRequest,
    grant: Grant,
    *,
    refreshed: Handle | None = None,
    scopes: tuple[str, ...] | None = None,
    write: Callable[[Grant], None] | None = None,
) -> Issued:
    """Tokens for ``grant``, which is written with their digests: by ``write``, or put where nothing is said.

    ``refreshed`` is the refresh token that is replaced; ``scopes`` narrows the access token.
    """
    provider, now = request.provider, request.now
    given = give_access_token(provider, request.client, grant, scopes)
    grant, body = given.grant, given.members
    refresh_token = draw_refresh(provider, grant.key) if "refresh_token" in request.client.grant_types else None
    if refresh_token:
        body["refresh_token"] = str(refresh_token)
    if "openid" in given.scopes and grant.sub:
        account = provider.accounts.get(grant.sub)
        nonce = "" if refreshed else grant.nonce  # OIDC Core §12.2
        claims = id_token_claims(provider, request.client, grant, account, access_token=given.text, nonce=nonce, scopes=given.scopes)
        body["id_token"] = sign_id_token(provider, request.client, claims)
    answer = json.dumps(body, separators=(",", ":")).encode("ascii")
    if refresh_token:
        grant = replace(grant, refresh_token=_kept(refresh_token, refreshed, now, answer))
    (write or request.store.grants.put)(grant)
    provider.request.registry.notify(TokenIssued(provider, request.client, grant, request.grant_type))
    return Issued(answer)


def _kept(new: Handle, old: Handle | None, now: int, answer: bytes) -> RefreshToken:
    if old is None:
        return RefreshToken(new.digest)
    return RefreshToken(new.digest, old.digest, now, seal_answer(old, answer))

"""The refresh token grant (RFC 6749 §6), with rotation and detection of reuse (RFC 9700 §4.14.2)."""

from __future__ import annotations

import json
import logging

from oidc_op.model.grant import Grant, RefreshToken
from oidc_op.model.handle import Handle
from oidc_op.model.scope import split_scope
from oidc_op.protocol.errors import InvalidGrant, InvalidScope
from oidc_op.protocol.grant_validity import fault_of_grant
from oidc_op.protocol.issue import issue
from oidc_op.protocol.refresh_handle import find_refresh_token, open_answer
from oidc_op.protocol.revoke import revoke
from oidc_op.protocol.token import Issued, Refused, TokenRequest, still_registered

log = logging.getLogger(__name__)


def refresh_token(request: TokenRequest) -> Issued | Refused:
    """Exchange a refresh token for an access token and the next refresh token."""
    found = find_refresh_token(request.provider, request.params.required("refresh_token"))
    if found is None or found.grant.refresh_token is None or found.grant.client_id != request.client.client_id:
        raise InvalidGrant("the refresh token is unknown here")
    grant = found.grant
    if fault := fault_of_grant(request.provider, grant, request.client):
        raise InvalidGrant("the refresh token is no longer valid", detail=fault)
    if not found.is_current:
        return _used_before(request, grant, found.grant.refresh_token, found.handle)
    if grant.key not in request.store.grants.of_account(grant.sub, grant.client_id):
        raise InvalidGrant("the refresh token is no longer valid", detail="the account has newer ones with this client")
    return issue(request, grant, refreshed=found.handle, scopes=_narrowed(request, grant))


def _used_before(request: TokenRequest, grant: Grant, kept: RefreshToken, handle: Handle) -> Issued | Refused:
    """Give the same answer again to a client that lost it; for anybody else, end the family."""
    if kept.answer and handle.matches(kept.previous) and request.now < kept.rotated_at + request.provider.settings.refresh_retry_expire:
        answer = open_answer(handle, kept.answer)
        if answer and _is_the_same(request, grant, answer):
            log.info("the answer to a refresh of client %s was given once more", request.client.client_id)
            return Issued(answer)
    revoke(request.provider, grant, "a refresh token was used twice")
    return Refused(InvalidGrant("the refresh token was used already", detail="replayed; its whole family is revoked"))


def _is_the_same(request: TokenRequest, grant: Grant, answer: bytes) -> bool:
    """Whether the request asks for what the answer gave: a repeated request is identical (RFC 6749 §6).

    :raises InvalidScope: it asks for what was never granted.
    """
    given = set(json.loads(answer).get("scope", "").split())
    return given == set(grant.scopes if (scopes := _narrowed(request, grant)) is None else scopes)


def _narrowed(request: TokenRequest, grant: Grant) -> tuple[str, ...] | None:
    """The scopes of the new access token; a narrower ``scope`` concerns this one only (RFC 6749 §6)."""
    if "scope" not in request.params:
        return still_registered(request, grant, None)
    try:
        scopes = split_scope(request.params["scope"])
    except ValueError:
        raise InvalidScope("scope is malformed") from None
    if not scopes:
        raise InvalidScope("scope is empty")
    if not set(scopes) <= set(grant.scopes):
        raise InvalidScope("scope goes beyond what was granted", detail=f"granted: {grant.scopes}")
    return still_registered(request, grant, None if set(scopes) == set(grant.scopes) else scopes)

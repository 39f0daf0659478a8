"""The authorization code grant (RFC 6749 §4.1.3)."""

from __future__ import annotations

from dataclasses import replace

from oidc_op.model.grant import Grant
from oidc_op.protocol.authorization.pkce import verify_code_verifier
from oidc_op.protocol.codes import codes_of
from oidc_op.protocol.errors import InvalidGrant
from oidc_op.protocol.grant_validity import fault_of_grant
from oidc_op.protocol.issue import issue
from oidc_op.protocol.revoke import revoke
from oidc_op.protocol.token import Issued, Refused, TokenRequest, still_registered


def authorization_code(request: TokenRequest) -> Issued | Refused:
    """Exchange a code for tokens."""
    found = codes_of(request.provider).find(request.provider, request.params.required("code"))
    if found is None:
        raise InvalidGrant("the code is unknown here")
    grant, code = found.grant, found.code
    if grant.client_id != request.client.client_id:
        raise InvalidGrant("the code is unknown here", detail=f"it was given to {grant.client_id!r}")
    if grant.redirect_uri != request.params.get("redirect_uri"):
        raise InvalidGrant(
            "redirect_uri is not the one the code was asked with",
            detail=f"{request.params.get('redirect_uri')!r}; asked with: {grant.redirect_uri!r}",
        )
    verify_code_verifier(grant.code_challenge, request.params.get("code_verifier"))
    if code.used_at:
        return _refuse_replay(request, grant)
    if code.expires_at <= request.now:
        raise InvalidGrant("the code has expired")
    if fault := fault_of_grant(request.provider, grant, request.client):
        raise InvalidGrant("the authorization is no longer valid", detail=fault)
    used = replace(grant, code=replace(code, used_at=request.now))
    return issue(request, used, scopes=still_registered(request, grant, None), write=found.write)


def _refuse_replay(request: TokenRequest, grant: Grant) -> Refused:
    """Somebody else has all that redeeming it takes: what it gave dies (RFC 9700 §4.5).

    Who has the code alone, from a history or a log, could not have redeemed it, and ends nothing.
    """
    revoke(request.provider, grant, "its code was used twice")
    return Refused(InvalidGrant("the code was used already", detail="replayed; all that it gave is revoked"))

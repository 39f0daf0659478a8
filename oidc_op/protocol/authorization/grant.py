"""The grant that an authorization makes."""

from __future__ import annotations

from oidc_op.model.grant import Grant
from oidc_op.model.handle import draw_key
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.grant_validity import made_at, standing_consent

from .request import Authorization


def new_grant(authorization: Authorization) -> Grant:
    """The grant that this request makes; nothing hangs from it yet, and it is not kept yet."""
    session, client, now = authorization.session, authorization.client, authorization.now
    if session is None:
        raise InvalidRequest("nobody is signed in")
    refreshable = authorization.gives_code and "refresh_token" in client.grant_types
    scopes = tuple(scope for scope in authorization.scopes if scope != "offline_access" or (refreshable and allows_offline(authorization)))
    offline = "offline_access" in scopes
    longest = _longest(authorization, refreshable=refreshable)
    expires_at = now + longest if offline else min(now + longest, session.expires_at)
    return Grant(
        key=draw_key(expires_at, daily=refreshable),
        client_id=client.client_id,
        sub=session.sub,
        scopes=scopes,
        created_at=made_at(authorization.provider, client, authorization.account),
        expires_at=expires_at,
        sid=session.key,
        offline=offline,
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        nonce=authorization.params.get("nonce", ""),
        redirect_uri=authorization.redirect_uri,
        code_challenge=authorization.code_challenge,
    )


def allows_offline(authorization: Authorization) -> bool:
    """Whether the person has consented to ``offline_access`` (OIDC Core §11)."""
    if authorization.has_consented:
        return True
    consent = standing_consent(authorization.provider, authorization.client, authorization.account)
    return consent is not None and consent.covers(("offline_access",), authorization.now)


def _longest(authorization: Authorization, *, refreshable: bool) -> int:
    """Seconds that something may hang from it."""
    settings = authorization.provider.settings
    if refreshable:
        return settings.refresh_token_expire
    return settings.token_expire + (settings.code_expire if authorization.gives_code else 0)

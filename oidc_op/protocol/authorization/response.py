"""The authorization response: which, in which mode, and what it gives (RFC 6749 §4.1.2)."""

from __future__ import annotations

from oidc_op.model.consent import consent_key
from oidc_op.model.grant import Code, Grant
from oidc_op.model.handle import Handle, draw_key
from oidc_op.protocol.errors import InvalidRequest, UnauthorizedClient, UnsupportedResponseType
from oidc_op.protocol.response_modes import respond

from .request import Authorization

RESPONSE_TYPES = {"code": frozenset({"code"})}


def choose_response_mode(authorization: Authorization) -> None:
    """Choose where the answer goes, errors included, before anything else can go wrong."""
    mode = authorization.params.get("response_mode", "query")
    known = mode in authorization.provider.configuration.response_modes
    authorization.response_mode = mode if known else "query"
    if not known:
        raise InvalidRequest("response_mode is not supported", detail=repr(mode))


def choose_response_type(authorization: Authorization) -> None:
    """Check that the response type is known, and one of the client's."""
    asked = authorization.params.get("response_type")
    if asked is None:
        raise InvalidRequest("response_type is missing")
    known = RESPONSE_TYPES.get(asked)
    if known is None:
        raise UnsupportedResponseType("response_type is not supported", detail=repr(asked))
    if asked not in authorization.client.response_types:
        raise UnauthorizedClient(
            "response_type is not registered for this client", detail=f"{asked!r}; registered: {authorization.client.response_types}"
        )
    authorization.response_types = known


def issue_response(authorization: Authorization) -> None:
    """Write the grant, and give the client its code."""
    grant, code = new_grant(authorization)
    authorization.provider.store.grants.add(grant)
    authorization.answer = respond(authorization, [("code", str(code))])


def new_grant(authorization: Authorization) -> tuple[Grant, Handle]:
    """What the person has granted, and the code that stands for it."""
    settings, now = authorization.provider.settings, authorization.now
    session, client = authorization.session, authorization.client
    if session is None:
        raise InvalidRequest("nobody is signed in")
    refreshable = "refresh_token" in client.grant_types
    scopes = tuple(scope for scope in authorization.scopes if scope != "offline_access" or (refreshable and allows_offline(authorization)))
    offline = "offline_access" in scopes
    longest = settings.refresh_token_expire if refreshable else settings.code_expire + settings.token_expire
    expires_at = now + longest if offline else min(now + longest, session.expires_at)
    key = draw_key(expires_at, daily=refreshable)
    code = Handle.draw(key)
    return Grant(
        key=key,
        client_id=client.client_id,
        sub=session.sub,
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
        sid=session.key,
        offline=offline,
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        nonce=authorization.params.get("nonce", ""),
        redirect_uri=authorization.redirect_uri,
        code_challenge=authorization.code_challenge,
        code=Code(code.digest, min(now + settings.code_expire, expires_at)),
    ), code


def allows_offline(authorization: Authorization) -> bool:
    """Whether the person has consented to ``offline_access`` (OIDC Core §11)."""
    if authorization.has_consented:
        return True
    consent = authorization.provider.store.consents.get(consent_key(authorization.account.sub, authorization.client.client_id))
    return consent is not None and consent.covers(("offline_access",), authorization.now)

"""The authorization response: what it gives, and in which order that is made (OIDC Core §3.1.2.5, §3.2.2.5, §3.3.2.5)."""

from __future__ import annotations

from dataclasses import replace

from oidc_op.events import TokenIssued
from oidc_op.model.grant import Code, Grant
from oidc_op.model.handle import Handle
from oidc_op.model.response_type import IMPLICIT
from oidc_op.protocol.access_token import Given, give_access_token
from oidc_op.protocol.id_token import id_token_claims, sign_id_token
from oidc_op.protocol.response_modes import Fields, respond

from .grant import new_grant
from .hook_request import hook_request
from .request import Authorization


def issue_response(authorization: Authorization) -> None:
    """Write the grant where something hangs from it, and give the client what it asked for."""
    provider, types = authorization.provider, authorization.response_types
    fields: Fields = []
    if types != {"none"}:
        fields = _give(authorization, new_grant(authorization))
    for add in provider.configuration.response_parameters:
        fields += add(authorization)
    authorization.answer = respond(authorization, fields)


def _give(authorization: Authorization, grant: Grant) -> Fields:
    provider, types = authorization.provider, authorization.response_types
    fields: Fields = []
    code, given = "", None
    if "code" in types:
        grant, code = _with_code(authorization, grant)
        fields.append(("code", code))
    if "token" in types:
        given = give_access_token(provider, authorization.client, grant)
        grant = given.grant
        fields += [(name, str(value)) for name, value in given.members.items()]
    if types & {"code", "token"}:
        provider.store.grants.add(grant)
    if "id_token" in types:
        fields.append(("id_token", _id_token(authorization, grant, code, given)))
    if given is not None:
        provider.request.registry.notify(TokenIssued(provider, authorization.client, grant, IMPLICIT))
    return fields


def _with_code(authorization: Authorization, grant: Grant) -> tuple[Grant, str]:
    handle = Handle.draw(grant.key)
    expires_at = min(authorization.now + authorization.provider.settings.code_expire, grant.expires_at)
    return replace(grant, code=Code(handle.digest, expires_at)), str(handle)


def _id_token(authorization: Authorization, grant: Grant, code: str, given: Given | None) -> str:
    claims = id_token_claims(
        authorization.provider,
        authorization.client,
        grant,
        authorization.account,
        access_token=given.text if given else "",
        code=code,
        nonce=grant.nonce,
        with_claims=authorization.response_types == {"id_token"},  # it gets nothing to ask UserInfo with
        request=hook_request(authorization) if authorization.provider.configuration.id_token_hooks else None,
    )
    return sign_id_token(authorization.provider, authorization.client, claims)

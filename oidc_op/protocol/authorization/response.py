"""The authorization response: what it gives, and in which order that is made (OIDC Core §3.1.2.5, §3.2.2.5, §3.3.2.5)."""

from __future__ import annotations

from oidc_op.events import TokenIssued
from oidc_op.model.grant import Grant
from oidc_op.model.response_type import IMPLICIT
from oidc_op.protocol.access_token import Given, give_access_token
from oidc_op.protocol.codes import STORED, codes_of, unused_codes
from oidc_op.protocol.id_token import id_token_claims, sign_id_token
from oidc_op.protocol.response_modes import Fields, respond

from .grant import new_grant
from .hook_request import hook_request
from .request import Authorization


def issue_response(authorization: Authorization) -> None:
    """Give the client what it asked for; where something hangs from the grant, it is kept."""
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
    if "token" in types:
        given = give_access_token(provider, authorization.client, grant)
        grant = given.grant
        fields += [(name, str(value)) for name, value in given.members.items()]
    if "code" in types:
        grant, code = _keep_code(authorization, grant)
        fields.insert(0, ("code", code))
    elif given is not None:
        provider.store.grants.add(grant)
    if "id_token" in types:
        fields.append(("id_token", _id_token(authorization, grant, code, given)))
    if given is not None:
        provider.request.registry.notify(TokenIssued(provider, authorization.client, grant, IMPLICIT))
    return fields


def _keep_code(authorization: Authorization, grant: Grant) -> tuple[Grant, str]:
    provider = authorization.provider
    codes = STORED if "token" in authorization.response_types else codes_of(provider)  # a token that is out needs its grant
    expires_at = min(authorization.now + provider.settings.code_expire, grant.expires_at)
    if "none" in authorization.prompt and codes is STORED:
        unused_codes.of(provider).add(provider, grant, expires_at)
    return codes.keep(provider, grant, expires_at)


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

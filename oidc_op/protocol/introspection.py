"""Token introspection (RFC 7662)."""

from __future__ import annotations

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.grant import AccessToken
from oidc_op.model.scope import join_scope

from .bearer import Bearer, find_bearer
from .errors import InvalidClient, InvalidToken
from .hooks import takes
from .id_token import id_token_claims
from .presented_token import read_presented, refreshable
from .registration import INTROSPECTION
from .subject import subject_of


def introspect(provider: IProvider) -> JSONObject:
    """The answer to an introspection request; of what is dead, unknown or no concern of the client's it says nothing.

    :raises OAuthError: the request is malformed, or its client has not proved who it is.
    """
    caller, text = read_presented(provider)
    if caller.is_public:  # anybody could say its name (RFC 7662 §2.1)
        raise InvalidClient("client authentication failed", detail=f"{caller.client_id!r} is a public client")
    response = _access_token(provider, caller, text) or _refresh_token(provider, caller, text)
    return response if response and response.get("active") is True else {"active": False}


def may_see(provider: IProvider, caller: Client, bearer: Bearer) -> bool:
    """Whether a token is a concern of ``caller``: its own, meant for it, or of a client whose tokens it was registered to ask about."""
    client_id = bearer.client.client_id
    if caller.client_id == client_id or caller.client_id in set(bearer.audience) - {provider.issuer}:
        return True
    if INTROSPECTION not in caller.scopes:
        return False
    return client_id in caller.scopes or not provider.settings.introspection_validate_audience_scope


def _access_token(provider: IProvider, caller: Client, text: str) -> JSONObject | None:
    try:
        bearer = find_bearer(provider, text)
    except InvalidToken:
        return None
    if not may_see(provider, caller, bearer):
        return None
    return _finished(provider, caller, bearer, _members(provider, bearer, bearer.audience) | {"token_type": "Bearer"})


def _refresh_token(provider: IProvider, caller: Client, text: str) -> JSONObject | None:
    """Describe a refresh token: without ``token_type``, for the provider alone, so that no resource server takes it for an access token."""
    grant = refreshable(provider, text, caller)
    if grant is None or grant.refresh_token is None:
        return None
    issued_at = grant.refresh_token.rotated_at or (grant.code.used_at if grant.code else grant.created_at)
    bearer = Bearer(grant, caller, AccessToken(grant.refresh_token.digest, grant.expires_at, None, issued_at), provider)
    return _finished(provider, caller, bearer, _members(provider, bearer, (provider.issuer,)))


def _members(provider: IProvider, bearer: Bearer, audience: tuple[str, ...]) -> JSONObject:
    client, token = bearer.client, bearer.token
    members: JSONObject = {
        "active": True,
        "client_id": client.client_id,
        "exp": token.expires_at,
        "iss": provider.issuer,
        "aud": audience[0] if len(audience) == 1 else list(audience),
    }
    if bearer.grant.sub:
        members["sub"] = subject_of(provider, bearer.account, client)  # as the token's client knows the person
    if token.issued_at:
        members["iat"] = token.issued_at
    if provider.settings.introspection_response_scope_enable:
        members["scope"] = join_scope(bearer.scopes)
    return members


def _finished(provider: IProvider, caller: Client, bearer: Bearer, response: JSONObject) -> JSONObject:
    """The response as the hooks leave it: ours ``(response, bearer)``, the seed's ``(response, client=, id_token=)``."""
    for hook in provider.configuration.introspection_hooks:
        if takes(hook, "id_token"):
            response = hook(response, client=caller, id_token=_id_token(provider, bearer))
        else:
            response = hook(response, bearer)
    return response


def _id_token(provider: IProvider, bearer: Bearer) -> JSONObject | None:
    """Return the claims of an ID Token issued with this token now; None where there would be none."""
    if "openid" not in bearer.scopes or not bearer.grant.sub:
        return None
    return id_token_claims(provider, bearer.client, bearer.grant, bearer.account, nonce=bearer.grant.nonce)

"""The client credentials grant (RFC 6749 §4.4): a client on its own behalf, with no person."""

from __future__ import annotations

from oidc_op.events import TokenIssued
from oidc_op.model.grant import Grant
from oidc_op.model.handle import draw_key
from oidc_op.model.scope import STANDARD_SCOPES
from oidc_op.protocol.access_token import JWT, format_of, give_access_token
from oidc_op.protocol.errors import InvalidScope, UnauthorizedClient
from oidc_op.protocol.grant_validity import made_at
from oidc_op.protocol.requested_scope import asked_scopes
from oidc_op.protocol.token import Issued, TokenRequest

OF_PERSONS = frozenset(scope.name for scope in STANDARD_SCOPES)


def client_credentials(request: TokenRequest) -> Issued:
    """An access token, and nothing to refresh it with (§4.4.3); as a JWT it is kept nowhere."""
    provider, client, now = request.provider, request.client, request.now
    if client.is_public:
        raise UnauthorizedClient("client_credentials is for clients that authenticate")
    scopes = tuple(scope for scope in client.scope.split() if scope not in OF_PERSONS)
    if "scope" in request.params:
        scopes = asked_scopes(provider, client, request.params["scope"])
    if OF_PERSONS & set(scopes):
        raise InvalidScope("scope concerns a person, and there is none", detail=f"{sorted(OF_PERSONS & set(scopes))}")
    expires_at = now + provider.settings.token_expire
    is_kept = format_of(provider, client) != JWT
    grant = Grant(draw_key(expires_at) if is_kept else "", client.client_id, "", scopes, made_at(provider, client), expires_at)
    given = give_access_token(provider, client, grant)
    if is_kept:
        request.store.grants.add(given.grant)
    provider.request.registry.notify(TokenIssued(provider, client, given.grant, request.grant_type))
    return Issued(given.members)

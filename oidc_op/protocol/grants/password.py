"""The resource owner password grant (RFC 6749 §4.3): off by default, for what cannot be sent to a sign-in page."""

from __future__ import annotations

from oidc_op.interfaces import Configurator
from oidc_op.model.grant import Grant
from oidc_op.model.handle import draw_key
from oidc_op.protocol.errors import InvalidGrant, OAuthError
from oidc_op.protocol.grant_validity import made_at
from oidc_op.protocol.issue import issue
from oidc_op.protocol.requested_scope import asked_scopes
from oidc_op.protocol.token import Issued, Refused, TokenRequest

AMR = ("pwd",)  # RFC 8176 §2


class TooManyAttempts(OAuthError, error="invalid_grant", status=429):
    """Passwords are being guessed; asked again later, the right one will do (RFC 6585 §4)."""


def password(request: TokenRequest) -> Issued | Refused:
    """Exchange a user name and password for tokens; a wrong one counts as a failed sign-in, so it is returned."""
    provider, client, now = request.provider, request.client, request.now
    username, given = request.params.required("username"), request.params.required("password")
    scopes = tuple(client.scope.split())
    if "scope" in request.params:
        scopes = asked_scopes(provider, client, request.params["scope"])
    attempt = provider.authenticate(username, given, client_id=client.client_id)
    if attempt.retry_after:
        raise TooManyAttempts("there were too many attempts; try again later", retry_after=attempt.retry_after)
    if attempt.account is None:
        return Refused(InvalidGrant("the user name or the password is not right"))
    granted = tuple(scope for scope in scopes if scope != "offline_access")  # nobody was asked (OIDC Core §11)
    refreshable = "refresh_token" in client.grant_types
    expires_at = now + (provider.settings.refresh_token_expire if refreshable else provider.settings.token_expire)
    grant = Grant(
        key=draw_key(expires_at, daily=refreshable),
        client_id=client.client_id,
        sub=str(attempt.account.sub),
        scopes=granted,
        created_at=made_at(provider, client, attempt.account),
        expires_at=expires_at,
        auth_time=now,
        amr=AMR,
    )
    request.store.grants.add(grant)
    return issue(request, grant)


def includeme(config: Configurator) -> None:
    config.add_oidc_grant_type("password", password, parameters=("username", "password"))

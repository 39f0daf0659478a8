"""How the bearer of an access token is refused: the challenge (RFC 6750 §3), and the same as JSON."""

from __future__ import annotations

from oidc_op.interfaces import JSONObject
from oidc_op.model.scope import join_scope
from oidc_op.protocol.errors import BearerRequired, InsufficientScope, OAuthError


def bearer_challenge(issuer: str, error: OAuthError) -> tuple[str, str]:
    """The header that says what is wrong; to a request without a token it names no error (RFC 6750 §3.1)."""
    challenge = f'Bearer realm="{issuer}"'
    if not isinstance(error, BearerRequired):
        challenge += f', error="{error.error}", error_description="{error.description}"'
    if isinstance(error, InsufficientScope):
        challenge += f', scope="{join_scope(error.scopes)}"'
    return "WWW-Authenticate", challenge


def told(error: OAuthError) -> JSONObject:
    """The body that goes with it."""
    return {} if isinstance(error, BearerRequired) else {"error": error.error, "error_description": error.description}

"""``scope``: what the client asks for (RFC 6749 §3.3)."""

from __future__ import annotations

from oidc_op.protocol.errors import InvalidScope
from oidc_op.protocol.requested_scope import asked_scopes

from .request import Authorization


def check_scope(authorization: Authorization) -> None:
    """Ignore scopes that nobody knows; refuse known ones beyond the client's."""
    scopes = asked_scopes(authorization.provider, authorization.client, authorization.params.get("scope", ""))
    if set(scopes) == {"offline_access"}:
        raise InvalidScope("offline_access is no access by itself")
    authorization.scopes = scopes

"""How fresh the sign-in must be, and who is expected (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.id_token_hint import audiences, verify_hint

from .request import Authorization


def read_hints(authorization: Authorization) -> None:
    """Read ``max_age`` and ``id_token_hint``; ``login_hint`` is only shown on the sign-in page."""
    params, client = authorization.params, authorization.client
    max_age = params.get("max_age")
    if max_age is not None:
        if not (max_age.isascii() and max_age.isdigit() and len(max_age) <= 10):  # noqa: PLR2004  three centuries
            raise InvalidRequest("max_age must be a whole number of seconds")
        authorization.max_age = int(max_age)
    else:
        authorization.max_age = client.default_max_age
    hint = params.get("id_token_hint")
    if hint is not None:
        claims = verify_hint(authorization.provider, hint)
        if claims is None:
            raise InvalidRequest("id_token_hint is not an ID Token of this provider")
        authorization.hint_is_the_clients = authorization.provider.keys.verify(hint) is None
        if authorization.hint_is_the_clients and client.client_id not in audiences(claims):
            raise InvalidRequest("id_token_hint is not for this client")  # another client's secret signed it
        authorization.hinted_sub = claims["sub"]

"""``response_type`` and ``response_mode``: what the client is to get, and where (OAuth 2.0 Multiple Response Types)."""

from __future__ import annotations

from oidc_op.model.response_type import RESPONSE_TYPES, fragment_encoded, ordered
from oidc_op.protocol.errors import InvalidRequest, InvalidScope, UnauthorizedClient, UnsupportedResponseType

from .request import Authorization


def choose_response_mode(authorization: Authorization) -> None:
    """Choose where the answer goes, errors included, before anything else can go wrong."""
    secretly = fragment_encoded(authorization.params.get("response_type", ""))
    usual = "fragment" if secretly else "query"
    mode = authorization.params.get("response_mode", usual)
    known = mode in authorization.provider.configuration.response_modes
    authorization.response_mode = mode if known and not (secretly and mode == "query") else usual
    if not known:
        raise InvalidRequest("response_mode is not supported", detail=repr(mode))
    if authorization.response_mode != mode:
        raise InvalidRequest("response_mode query would show tokens to servers", detail="Multiple Response Types §3, §5")


def choose_response_type(authorization: Authorization) -> None:
    """Check that the response type is known, and one of the client's."""
    asked, client = authorization.params.get("response_type"), authorization.client
    if asked is None:
        raise InvalidRequest("response_type is missing")
    known = ordered(asked)
    if known not in RESPONSE_TYPES:
        raise UnsupportedResponseType("response_type is not supported", detail=repr(asked))
    if known not in client.response_types:
        raise UnauthorizedClient(
            "response_type is not registered for this client", detail=f"{asked!r}; registered: {client.response_types}"
        )
    missing = set(RESPONSE_TYPES[known]) - set(client.grant_types)
    if missing:
        raise UnauthorizedClient("response_type needs a grant type that this client did not register", detail=f"{sorted(missing)}")
    authorization.response_types = frozenset(known.split(" "))


def check_id_token(authorization: Authorization) -> None:
    """Demand the scope ``openid`` and a ``nonce`` where this endpoint issues an ID Token (OIDC Core §3.2.2.1, §3.3.2.11)."""
    if "id_token" not in authorization.response_types:
        return
    if not authorization.is_authentication:
        raise InvalidScope("an ID Token needs the scope openid")
    if "nonce" not in authorization.params:
        raise InvalidRequest("nonce is required where an ID Token comes from the authorization endpoint")

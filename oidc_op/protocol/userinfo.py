"""The claims about a person, for the bearer of an access token (OIDC Core §5.3)."""

from __future__ import annotations

from oidc_op.interfaces import IProvider, JSONObject

from .bearer import demand
from .claims import claims_of
from .errors import InsufficientScope

OPENID = ("openid",)


def userinfo(provider: IProvider) -> JSONObject:
    """The claims that the token's scopes ask for.

    :raises OAuthError: there is no token, or it does not do.
    """
    bearer = demand(provider, OPENID)
    if not bearer.grant.sub:
        raise InsufficientScope("the access token is nobody's", scopes=OPENID)
    return claims_of(provider, bearer.account, bearer.client, bearer.scopes)

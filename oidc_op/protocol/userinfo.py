"""The claims about a person, for the bearer of an access token (OIDC Core §5.3)."""

from __future__ import annotations

from typing import Any

from .bearer import find_bearer, read_bearer
from .claims import claims_of
from .errors import InsufficientScope


def userinfo(provider: Any) -> dict[str, Any]:
    """The claims that the token's scopes ask for.

    :raises OAuthError: there is no token, or it does not do.
    """
    bearer = find_bearer(provider, read_bearer(provider.request))
    if "openid" not in bearer.scopes or not bearer.grant.sub:
        raise InsufficientScope("the access token lacks the scope openid")
    account = provider.accounts.get(bearer.grant.sub)
    return claims_of(provider, account, bearer.client, bearer.scopes)

"""Bearer tokens as resources are shown them (RFC 6750): where they stand, and what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from oidc_op.interfaces import IProvider, JSONObject, Request
from oidc_op.model.client import Client
from oidc_op.model.grant import AccessToken, Grant
from oidc_op.model.handle import Handle
from oidc_op.model.scope import join_scope

from .access_token import audience_of
from .errors import BearerRequired, InsufficientScope, InvalidRequest, InvalidToken
from .grant_validity import fault_of_grant
from .jwt_access_token import grant_key, read
from .parameters import is_form, read_form, read_query

RECOGNISED = frozenset({"access_token"})
B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


@dataclass(frozen=True, slots=True)
class Bearer:
    """A live access token: its grant, its client, and the scopes it carries.

    ``provider`` is where it was found; ``claims`` are those of a JWT.
    """

    grant: Grant
    client: Client
    token: AccessToken
    provider: IProvider = field(repr=False, compare=False)
    claims: JSONObject | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.grant.scopes if self.token.scopes is None else self.token.scopes

    @property
    def audience(self) -> tuple[str, ...]:
        """The resource servers that it is for."""
        if self.claims is not None:
            named = self.claims["aud"]
            return (named,) if isinstance(named, str) else tuple(named)
        return audience_of(self.provider, self.scopes)

    @property
    def account(self) -> Any:
        """The person who allowed it, or None where no person took part."""
        return self.provider.accounts.get(self.grant.sub) if self.grant.sub else None


def demand(provider: IProvider, scopes: tuple[str, ...], *, form: bool = True) -> Bearer:
    """The access token of this request, which has to carry ``scopes``; ``form`` as in ``read_bearer``.

    :raises InvalidRequest: the token is not where it belongs, or is malformed.
    :raises InvalidToken: there is none that is alive.
    :raises InsufficientScope: it carries others.
    """
    bearer = find_bearer(provider, read_bearer(provider.request, form=form))
    if not {provider.issuer, provider.settings.protect_audience} & set(bearer.audience):
        raise InvalidToken("the access token is for another resource", detail=f"it is for {bearer.audience}")  # RFC 9068 §4
    if not set(scopes) <= set(bearer.scopes):
        wanted = join_scope(scopes)
        raise InsufficientScope(f"the access token lacks the scope {wanted}", scopes=scopes, detail=f"{wanted}; it has {bearer.scopes}")
    return bearer


def read_bearer(request: Request, *, form: bool = True) -> str:
    """The access token that a request shows, in its header or in a form (RFC 6750 §2.1, §2.2).

    Where ``form`` is false the body is not looked at: it may be anything.

    :raises BearerRequired: there is none.
    :raises InvalidRequest: it is in the query, or in two places.
    :raises InvalidToken: it is malformed.
    """
    environ = request.environ
    if environ.get("QUERY_STRING") and "access_token" in read_query(request, RECOGNISED):
        raise InvalidRequest("an access token does not belong into the query")  # RFC 9700 §4.3.2
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    shown = [token.strip()] if scheme.lower() == "bearer" else []
    if form and environ["REQUEST_METHOD"] == "POST" and is_form(request):
        params = read_form(request, RECOGNISED)
        if "access_token" in params:
            shown.append(params["access_token"])
    if len(shown) > 1:
        raise InvalidRequest("the access token is given in two places")
    if not shown:
        raise BearerRequired("an access token is required")
    if not B64TOKEN.fullmatch(shown[0]):
        raise InvalidToken("the access token is malformed")  # RFC 6750 §3.1; clients sign in anew at a 401
    return shown[0]


def find_bearer(provider: IProvider, text: str) -> Bearer:
    """Find the access token ``text``.

    :raises InvalidToken: nothing that is alive.
    """
    found = _of_jwt(provider, text) if "." in text else _of_handle(provider, text)
    if found is None:
        raise InvalidToken("the access token is unknown or has expired")
    grant, token, claims = found
    client = provider.store.clients.get(grant.client_id)
    fault = fault_of_grant(provider, grant, client)
    if client is None or fault:
        raise InvalidToken("the access token is no longer valid", detail=fault)
    return Bearer(grant, client, token, provider, claims)


Found = tuple[Grant, AccessToken, JSONObject | None]


def _of_handle(provider: IProvider, text: str) -> Found | None:
    handle = Handle.read(text)
    grant = provider.store.grants.get(handle.key) if handle else None
    token = grant.access_token(handle, provider.now) if grant and handle else None
    return (grant, token, None) if grant and token else None


def _of_jwt(provider: IProvider, text: str) -> Found | None:
    claims = read(provider, text)
    if claims is None:
        return None
    expires_at, scopes, key = claims["exp"], tuple(claims.get("scope", "").split()), grant_key(claims)
    token = AccessToken(b"", expires_at, scopes, claims["iat"])
    if key:
        grant = provider.store.grants.get(key)
        return (grant, token, claims) if grant else None
    return Grant("", claims["client_id"], "", scopes, claims["iat"], expires_at), token, claims

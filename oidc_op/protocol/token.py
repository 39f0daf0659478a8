"""The token request (RFC 6749 §3.2): who asks, in which way, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from oidc_op.interfaces import IProvider, IStore, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant

from .client_authentication import read_authenticated
from .errors import InvalidScope, OAuthError, UnauthorizedClient, UnsupportedGrantType
from .parameters import Parameters

#: Of every token request; a grant type declares those of its own.
RECOGNISED = frozenset(
    {"grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope", "resource", "audience"}
)


@dataclass(slots=True)
class Issued:
    """A token response: its members, or its JSON text where the same response was given before."""

    body: JSONObject | bytes


@dataclass(slots=True)
class Refused:
    """A refusal that is *returned*, so that what was written with it is kept."""

    error: OAuthError


@dataclass(slots=True)
class TokenRequest:
    """A request to the token endpoint, its client authenticated."""

    provider: IProvider
    params: Parameters
    client: Client
    grant_type: str
    store: IStore = field(init=False)
    now: int = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.now = self.provider.store, self.provider.now

    @classmethod
    def read(cls, provider: IProvider) -> TokenRequest:
        """The token request that this HTTP request is.

        :raises InvalidRequest: it is malformed, or has parameters in its URL.
        :raises InvalidClient: its client is not authenticated.
        """
        recognised = RECOGNISED.union(*provider.configuration.grant_parameters.values())
        client, params = read_authenticated(provider, recognised)
        return cls(provider, params, client, params.required("grant_type"))


def exchange(request: TokenRequest) -> Issued | Refused:
    """Hand the request to its grant type.

    :raises UnsupportedGrantType: nobody offers it here.
    :raises UnauthorizedClient: the client did not register it.
    """
    grant_type = request.provider.configuration.grant_types.get(request.grant_type)
    if grant_type is None:
        raise UnsupportedGrantType("grant_type is not supported", detail=repr(request.grant_type))
    if request.grant_type not in request.client.grant_types:
        raise UnauthorizedClient(
            "grant_type is not registered for this client", detail=f"{request.grant_type!r}; registered: {request.client.grant_types}"
        )
    return grant_type(request)


def still_registered(request: TokenRequest, grant: Grant, scopes: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Leave out the scopes that the client has lost since the grant was made; None where that is all of the grant's.

    :raises InvalidScope: none is left.
    """
    asked = grant.scopes if scopes is None else scopes
    left = tuple(scope for scope in asked if scope in request.client.scopes)
    if asked and not left:
        raise InvalidScope("the client registered none of these scopes any more", detail=f"{asked}")
    return None if left == grant.scopes else left

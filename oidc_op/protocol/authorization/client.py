"""The client and its redirect URI. Until both are known, an error is a page and never a redirect (RFC 6749 §4.1.2.1)."""

from __future__ import annotations

from oidc_op.protocol import dynamic_clients
from oidc_op.protocol.errors import InvalidRequest, OAuthError

from .request import Authorization


class UnknownClient(OAuthError, error="invalid_client"):
    """Nobody registered it: nothing it says can be trusted, its redirect_uri least of all."""


def find_client(authorization: Authorization) -> None:
    """Find the client that asks."""
    client_id = authorization.params.required("client_id")
    authorization.provider.prefetch(clients=client_id)
    client = dynamic_clients.find_client(authorization.provider, client_id)
    if client is None:
        raise UnknownClient("this application is not registered here", detail=f"no client {client_id!r}")
    authorization.client = client


def check_redirect_uri(authorization: Authorization) -> None:
    """Compare the redirect URI with the registered ones, byte for byte (RFC 9700 §2.1)."""
    redirect_uri = authorization.params.required("redirect_uri")
    client = authorization.client
    if not client.allows_redirect(redirect_uri):
        detail = f"{redirect_uri!r} is not among {' '.join(client.redirect_uris) or 'none'}"
        raise InvalidRequest("redirect_uri is not registered for this application", detail=detail)
    authorization.redirect_uri = redirect_uri

"""Client authentication (RFC 6749 §2.3, OIDC Core §9): the methods as a table."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from oidc_op.interfaces import Configurator, IConfiguration, IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.handle import Handle

from .client_failures import failures
from .client_secret import PURPOSE, with_secret
from .dynamic_clients import find_client
from .errors import InvalidClient, InvalidRequest
from .parameters import Parameters, read_form

CLIENT = "oidc_op.client"  # where the environ of a request says which client it comes from, for the log
ABSENT = "0" * 64  # compared with where there is no client, so that its absence takes as long


class Presented(NamedTuple):
    """The credentials that a request presents."""

    client_id: str
    secret: str = ""


def client_secret_basic(params: Parameters, authorization: str) -> Presented | None:
    """Id and secret, form-encoded, in the Authorization header (RFC 6749 §2.3.1).

    :raises InvalidClient: the header is not what the RFC describes.
    """
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).partition(b":")
        if colon and client_id:
            return Presented(_form_decoded(client_id), _form_decoded(secret))
    except (binascii.Error, ValueError):
        pass
    raise InvalidClient("the Authorization header is malformed")


def client_secret_post(params: Parameters, authorization: str) -> Presented | None:
    """Id and secret in the body (RFC 6749 §2.3.1)."""
    if "client_secret" not in params:
        return None
    return Presented(params.get("client_id", ""), params["client_secret"])


def none(params: Parameters, authorization: str) -> Presented | None:
    """A public client, which only says who it is (OIDC Core §9)."""
    return Presented(params.get("client_id", ""))


METHODS: JSONObject = {"client_secret_basic": client_secret_basic, "client_secret_post": client_secret_post, "none": none}


def read_authenticated(provider: IProvider, recognised: Iterable[str]) -> tuple[Client, Parameters]:
    """The client that a request comes from, and the parameters in its body, which is where they belong (RFC 6749 §3.2).

    :raises InvalidRequest: the request is malformed, or has parameters in its URL.
    :raises InvalidClient: the client is not authenticated.
    """
    environ = provider.request.environ
    params = read_form(provider.request, recognised)
    if environ.get("QUERY_STRING"):
        raise InvalidRequest("parameters belong into the body", detail="a query beside a request that a client authenticates")
    return authenticate(provider, params, environ.get("HTTP_AUTHORIZATION", "")), params


def authenticate(provider: IProvider, params: Parameters, authorization: str) -> Client:
    """The client that a request comes from.

    :raises InvalidRequest: it authenticates in two ways at once.
    :raises InvalidClient: it is unknown, its secret is wrong, or its method is not the one it registered.
    """
    method, presented = _present(provider.configuration.client_authentication, params, authorization)
    claimed = params.get("client_id", presented.client_id)
    provider.request.environ[CLIENT] = f"[{claimed}]"
    provider.prefetch(clients=presented.client_id, **_shown(params))
    client = find_client(provider, presented.client_id) if presented.client_id else None
    if method == "none":
        if client is None:
            raise InvalidClient("client authentication failed", detail=f"no client {presented.client_id!r}, or no credentials")
    else:
        failed = failures.of(provider)
        failed.check(provider, presented.client_id)
        digest = client.client_secret_digest if client and client.client_secret_digest else ABSENT
        if not provider.secret.matches(PURPOSE, presented.secret, digest) or client is None:
            failed.add(provider, presented.client_id)
            raise InvalidClient("client authentication failed", detail=_why_not(provider, client, presented, method, authorization))
    if claimed != client.client_id:
        raise InvalidClient("client authentication failed", detail=f"client_id {claimed!r} beside the credentials of {client.client_id!r}")
    if method not in client.auth_methods:
        raise InvalidClient("client authentication failed", detail=f"{client.client_id!r} registered {client.auth_methods}, not {method}")
    provider.request.environ[CLIENT] = client.client_id
    return client if method == "none" else _renewed(provider, client, presented.secret)


def _why_not(provider: IProvider, client: Client | None, presented: Presented, method: str, authorization: str) -> str:
    """Say for the operator which it is: the client, its secret, or how the secret was encoded."""
    if client is None:
        return f"no client {presented.client_id!r}"
    if not client.client_secret_digest:
        return f"{client.client_id!r} has no secret"
    if method == "client_secret_basic" and provider.secret.matches(PURPOSE, _raw_secret(authorization), client.client_secret_digest):
        return f"the secret of {client.client_id!r} is right, but not form-encoded as RFC 6749 §2.3.1 has it in a Basic header"
    return f"wrong secret for {client.client_id!r}"


def _raw_secret(authorization: str) -> str:
    """Return the secret in a Basic header as it stands there."""
    decoded = base64.b64decode(authorization.partition(" ")[2].strip())
    return decoded.partition(b":")[2].decode("utf-8", "replace")


def _shown(params: Parameters) -> dict[str, str]:
    """The key of the grant whose code or token is shown, by its collection."""
    handle = next(filter(None, (Handle.read(params.get(name, "")) for name in ("code", "refresh_token", "token"))), None)
    return {"grants": handle.key} if handle else {}


def _renewed(provider: IProvider, client: Client, secret: str) -> Client:
    """With its digest made anew where the master secret has a newer line, so that the older one can be dropped one day."""
    if client.client_secret_digest == provider.secret.digest(PURPOSE, secret):
        return client
    renewed = with_secret(provider, client, secret, readable=bool(client.client_secret_sealed))
    provider.store.renew(renewed)
    return renewed


def _present(methods: JSONObject, params: Parameters, authorization: str) -> tuple[str, Presented]:
    found = [(name, shown) for name, read in methods.items() if name != "none" and (shown := read(params, authorization))]
    if len(found) > 1:
        raise InvalidRequest("a request authenticates its client in one way only")  # RFC 6749 §2.3
    return found[0] if found else ("none", none(params, authorization) or Presented(""))


def _form_decoded(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")


def includeme(config: Configurator) -> None:
    config.registry.getUtility(IConfiguration).client_authentication.update(METHODS)

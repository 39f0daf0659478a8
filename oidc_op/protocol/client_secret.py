"""Client secrets: kept as a digest, and sealed beside it where ID Tokens are signed with them (HS256)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from itertools import islice

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.secret import SecretError

PURPOSE = "client_secret"
SYMMETRIC = ("HS256",)
MOST = 10_000  # clients that are read before anybody is served
SHORTEST_KEY = 32  # bytes of a secret that signs with HS256 (RFC 7518 §3.2)


def draw_secret() -> str:
    """A new one, of 256 bits and 43 characters."""
    return secrets.token_urlsafe(32)


def with_secret(provider: IProvider, client: Client, secret: str, *, readable: bool = False) -> Client:
    """``client`` with this secret, which stays readable for those who sign with it, or are about to (``readable``)."""
    keep = readable or client.id_token_signed_response_alg in SYMMETRIC
    return replace(
        client,
        client_secret_digest=provider.secret.digest(PURPOSE, secret),
        client_secret_sealed=provider.secret.seal(PURPOSE, secret.encode()) if keep else "",
    )


def matches(provider: IProvider, client: Client, secret: str) -> bool:
    """Whether it is the client's, in constant time."""
    return provider.secret.matches(PURPOSE, secret, client.client_secret_digest)


def signing_secret(provider: IProvider, client: Client) -> bytes:
    """Return the secret that signs ID Tokens for ``client`` (OIDC Core §10.1).

    :raises SecretError: it is not kept in a form that can be read.
    """
    if not client.client_secret_sealed:
        raise SecretError(f"only a digest of the secret of {client.client_id} is kept, which HS256 cannot sign with")
    return provider.secret.unseal(PURPOSE, client.client_secret_sealed)


def reseal(provider: IProvider) -> int:
    """Keep the readable secrets under the newest line of the master secret, where an older one sealed them; how many.

    A client of the implicit flow never shows its secret, which would renew what is kept of it.
    """
    secret, clients = provider.secret, provider.store.clients
    stale = [client for client in clients.records() if not secret.is_newest(PURPOSE, client.client_secret_sealed or "")]
    opened = [(client, readable) for client in stale if (readable := _opened(provider, client))]
    for client, readable in opened:
        provider.store.renew(with_secret(provider, client, readable, readable=True))
    return len(opened)


def unopened(provider: IProvider) -> list[str]:
    """The ``client_id`` of each client whose readable secret this master secret does not open; none is looked for among very many."""
    clients = provider.store.clients
    if sum(1 for _ in islice(clients, MOST + 1)) > MOST:
        return []
    sealed = [client for client in clients.records() if client.client_secret_sealed]
    return [client.client_id for client in sealed if not _opened(provider, client)]


def _opened(provider: IProvider, client: Client) -> str:
    """The readable secret, "" where there is none that a line of the master secret opens."""
    try:
        return signing_secret(provider, client).decode()
    except SecretError:
        return ""

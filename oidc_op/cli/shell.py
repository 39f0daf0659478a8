"""The variables of ``pshell X.ini``: the provider, its collections, and a transaction to commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from transaction.interfaces import NoTransaction

from oidc_op.interfaces import JSONObject
from oidc_op.model.client import Client
from oidc_op.protocol import clients
from oidc_op.protocol.registration import metadata_of

BANNER = """
The provider is at hand, in a transaction that has begun. To register a client:

    >>> new_client(client_name="Some Client", client_id="123", redirect_uris=["https://example.com/"])
    >>> tm.commit()

Then begin the next transaction with tm.begin(). At hand are:

    provider     all that a request is answered with: provider.issuer, provider.settings, provider.store
    store        the eight collections: store.clients, store.accounts, store.grants and so on
    clients      the clients by client_id: list(clients), clients.get("123")
    accounts     the accounts by sub: accounts.get(sub), accounts.named("ann")
    keys         the signing keys by kid: list(keys), keys.get(kid), keys.rotate("RS256")
    new_client   registers a client
    change_client  changes members of one: change_client("123", client_name="Another name")
    tm           the transaction: tm.commit(), tm.abort(), tm.begin()
"""


def setup(env: JSONObject) -> Iterator[None]:
    """Fill ``env`` for pshell; what was not committed is forgotten at the end."""
    request = env["request"]
    request.tm.begin()
    provider = request.oidc_provider
    provider.by = "pshell"
    store = provider.store

    def kept(made: clients.Made, keep: Callable[[Client], None]) -> Client:
        keep(made.client)
        for warning in made.warnings:
            print(f"warning: {warning}")
        if made.client_secret:
            print(f"client_secret: {made.client_secret}  (not shown again)")
        return made.client

    def new_client(**metadata: object) -> Client:
        """Register a client by the members of RFC 7591; its secret is printed once."""
        return kept(clients.new_client(provider, metadata), store.clients.add)

    def change_client(client_id: str, **members: object) -> Client:
        """Change members of a client, judged as ``oidc-op client set`` judges them; None takes one away."""
        old = store.clients.get(client_id)
        if old is None:
            raise KeyError(client_id)
        metadata = {name: value for name, value in (metadata_of(old) | members).items() if value is not None}
        return kept(clients.replaced_client(provider, old, metadata), store.clients.put)

    env.update(provider=provider, store=store, clients=store.clients, accounts=store.accounts, keys=provider.keys)
    env.update(tm=request.tm, new_client=new_client, change_client=change_client)
    print(BANNER)
    try:
        yield
    finally:
        with suppress(NoTransaction):  # the last one was committed
            request.tm.abort()

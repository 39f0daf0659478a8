"""What hangs from a client: consents, and grants that can be refreshed."""

from __future__ import annotations

from typing import NamedTuple

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.protocol.grant_validity import fault_of_grant


class Dependants(NamedTuple):
    """How many people allowed a client something, and how many of their grants it can refresh now."""

    consents: int
    grants: int


def depending_on(provider: IProvider, client: Client) -> Dependants:
    """Of the consents that are kept; grants of people who were never asked are listed nowhere by client."""
    consents = consents_of(provider, client_id=client.client_id)
    return Dependants(len(consents), sum(len(live_grants(provider, each.sub, client.client_id)) for each in consents))


def consents_of(provider: IProvider, *, sub: str | None = None, client_id: str | None = None) -> list[Consent]:
    """The consents that stand, of an account, with a client, or both; found by their keys, so that no others are read.

    One that was given to an earlier client of the same name does not stand.
    """
    collection, clients, found = provider.store.consents, provider.store.clients, []
    for key in collection:
        account, _, client = key.partition("\t")
        if sub in (None, account) and client_id in (None, client):
            consent, kept = collection.get(key), clients.get(client)
            if consent.stands(provider.now) and consent.given_at >= (kept.valid_after if kept else 0):
                found.append(consent)
    return found


def live_grants(provider: IProvider, sub: str, client_id: str | None = None) -> list[Grant]:
    """The account's grants that can be refreshed, oldest first: with a client, or with all."""
    grants, clients = provider.store.grants, provider.store.clients
    found = filter(None, map(grants.get, grants.of_account(sub, client_id)))
    return [each for each in found if not fault_of_grant(provider, each, clients.get(each.client_id))]

"""The consents and refreshable grants of a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from oidc_op.interfaces import IConsentCollection, IProvider
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.protocol.grant_validity import fault_of_grant


class Dependants(NamedTuple):
    """How many people allowed a client something, and how many of their grants it can refresh now."""

    consents: int
    grants: int


def depending_on(provider: IProvider, client: Client) -> Dependants:
    """Return the dependants that consents lead to. Grants of people who were never asked are not listed by client."""
    consents = consents_of(provider, client_id=client.client_id)
    return Dependants(len(consents), sum(len(live_grants(provider, each.sub, client.client_id)) for each in consents))


def consents_of(provider: IProvider, *, sub: str | None = None, client_id: str | None = None) -> list[Consent]:
    """Return the consents that stand: of an account, with a client, or both.

    Those of an account are read alone; to find a client's, the keys of all are looked at. A consent that was given to an
    earlier client of the same name does not stand.
    """
    consents, clients = provider.store.consents, provider.store.clients
    found = consents.of(sub) if sub is not None else _with_client(consents, client_id)
    return [
        consent
        for consent in found
        if client_id in (None, consent.client_id)
        and consent.stands(provider.now)
        and consent.given_at >= (client.valid_after if (client := clients.get(consent.client_id)) else 0)
    ]


def _with_client(consents: IConsentCollection, client_id: str | None) -> Iterator[Consent]:
    keys = (key for key in consents if client_id in (None, key.partition("\t")[2]))
    return filter(None, map(consents.get, keys))


def live_grants(provider: IProvider, sub: str, client_id: str | None = None) -> list[Grant]:
    """The account's grants that can be refreshed, oldest first: with a client, or with all."""
    grants, clients = provider.store.grants, provider.store.clients
    found = filter(None, map(grants.get, grants.of_account(sub, client_id)))
    return [each for each in found if not fault_of_grant(provider, each, clients.get(each.client_id))]

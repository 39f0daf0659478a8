"""Consents, which end too."""

from __future__ import annotations

from dataclasses import replace

from .samples import NOW, consent
from .sessions import OpenStore


class ConsentContract:
    """Consents are purged one by one, at the very moment, and found by their account."""

    def test_the_consents_of_an_account_are_its_own(self, open_store: OpenStore) -> None:
        subs, clients = ("ann", "anna", "an", "ann\u20ac", "Ann"), ("client", "client-2", "Client")
        with open_store() as store:
            for sub in subs:
                for client_id in clients:
                    store.consents.add(replace(consent(1), sub=sub, client_id=client_id))
        with open_store() as store:
            for sub in subs:
                assert [(each.sub, each.client_id) for each in store.consents.of(sub)] == [(sub, each) for each in sorted(clients)]
            assert list(store.consents.of("nobody")) == []

    def test_purge_drops_what_ended(self, open_store: OpenStore) -> None:
        consents = [replace(consent(number), expires_at=NOW + number) for number in range(3)]
        with open_store() as store:
            for each in consents:
                store.consents.add(each)
        with open_store() as store:
            assert store.consents.purge(NOW + 1) == 2
        with open_store() as store:
            assert [store.consents.get(each.key) for each in consents] == [None, None, consents[2]]
            assert list(store.consents) == [consents[2].key]
            assert store.consents.purge(NOW + 1) == 0

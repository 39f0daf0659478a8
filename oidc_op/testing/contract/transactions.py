"""Eight collections in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from transaction.interfaces import TransientError

from .samples import EXPIRING, NOW, SAMPLES
from .sessions import OpenStore, Undo


class TransactionContract:
    """Tests that a session is kept wholly or not at all."""

    def test_all_of_a_session_is_kept(self, open_store: OpenStore) -> None:
        records = {name: sample.make(1) for name, sample in SAMPLES.items()}
        with open_store() as store:
            for name, record in records.items():
                getattr(store, name).add(record)
        with open_store() as store:
            assert {name: getattr(store, name).get(record.key) for name, record in records.items()} == records

    def test_nothing_of_an_aborted_session_is_kept(self, open_store: OpenStore) -> None:
        records = {name: sample.make(1) for name, sample in SAMPLES.items()}
        with pytest.raises(Undo), open_store() as store:
            for name, record in records.items():
                getattr(store, name).add(record)
            raise Undo
        with open_store() as store:
            assert [name for name in SAMPLES if list(getattr(store, name))] == []
            assert store.accounts.named(records["accounts"].username) is None

    def test_a_conflict_keeps_nothing_in_any_collection(self, open_store: OpenStore) -> None:
        client, key = SAMPLES["clients"].make(1), SAMPLES["keys"].make(1)
        others = {name: sample.make(2) for name, sample in SAMPLES.items()}
        with open_store() as store:
            store.clients.add(client)
        with pytest.raises(TransientError), open_store() as late:
            assert late.clients.get(client.key) == client
            with open_store() as early:
                early.clients.put(replace(client, client_name="early"))
                early.keys.add(key)
            for name, record in others.items():
                getattr(late, name).add(record)
            late.clients.put(replace(client, client_name="late"))
        with open_store() as store:
            assert list(store.clients) == [client.key]
            assert store.clients.get(client.key).client_name == "early"
            assert list(store.keys) == [key.key]
            assert [name for name in EXPIRING if list(getattr(store, name))] == []

    def test_records_of_one_kind_that_differ_do_not_conflict(self, open_store: OpenStore) -> None:
        first, second = SAMPLES["sessions"].make(1), SAMPLES["sessions"].make(2)
        with open_store() as store:
            store.sessions.add(first)
            store.sessions.add(second)
        with open_store() as late:
            assert late.sessions.get(second.key) == second
            with open_store() as early:
                early.sessions.put(replace(first, acr="2"))
            late.sessions.put(replace(second, acr="3"))
        with open_store() as store:
            assert [store.sessions.get(each.key).acr for each in (first, second)] == ["2", "3"]

    def test_reading_does_not_conflict(self, open_store: OpenStore) -> None:
        client, ticket = SAMPLES["clients"].make(1), SAMPLES["tickets"].make(1)
        with open_store() as store:
            store.clients.add(client)
        with open_store() as late:
            seen: Any = late.clients.get(client.key)
            with open_store() as early:
                early.clients.put(replace(client, valid_after=NOW))
            assert late.clients.get(client.key) == seen
            late.tickets.add(ticket)
        with open_store() as store:
            assert store.tickets.get(ticket.key) == ticket

    def test_putting_what_is_there_writes_nothing(self, open_store: OpenStore) -> None:
        client = SAMPLES["clients"].make(1)
        with open_store() as store:
            store.clients.add(client)
        with open_store() as late:
            assert late.clients.get(client.key) == client
            with open_store() as early:
                early.clients.put(replace(client, client_name="early"))
            late.clients.put(replace(client))
        with open_store() as store:
            assert store.clients.get(client.key).client_name == "early"

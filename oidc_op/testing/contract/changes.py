"""Changes, which are found by the record that they are of."""

from __future__ import annotations

from .samples import change
from .sessions import OpenStore

MANY = 12


class ChangeContract:
    """The history of a record is its own, and in order."""

    def test_changes_of_a_record_are_found_oldest_first(self, open_store: OpenStore) -> None:
        names = ("client-1", "client-10", "client", "client-1\u20ac", "Client-1")
        with open_store() as store:
            for number in range(MANY, 0, -1):
                for name in names:
                    store.changes.add(change(number, name=name))
        with open_store() as store:
            for name in names:
                found = [store.changes.get(key) for key in store.changes.of("clients", name)]
                assert found == [change(number, name=name) for number in range(1, MANY + 1)]
                assert store.changes.last("clients", name) == change(MANY, name=name)
            assert store.changes.last("accounts", "client-1") is store.changes.last("clients", "client-2") is None
            assert list(store.changes.of("accounts", "client-1")) == list(store.changes.of("clients", "client-2")) == []

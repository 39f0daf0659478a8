"""Collections whose records end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from oidc_op.model.handle import DAY, GRACE, HOUR, draw_key, named_key, read_key, slice_ends_at
from oidc_op.model.records import Record
from oidc_op.model.ticket import Ticket
from oidc_op.store import AlreadyExists

from .samples import EXPIRING, NOW
from .sessions import THREADS, OpenStore, race


class ExpiringContract:
    """Grants, sessions and tickets."""

    @pytest.fixture(params=list(EXPIRING))
    def expiring(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def make(self, expiring: str) -> Callable[..., Any]:
        return EXPIRING[expiring]

    def test_purge_drops_what_ended_and_nothing_else(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        ended = [make(number, expires_at=NOW - 3 * 24 * HOUR) for number in range(70)]
        alive = [make(number, expires_at=NOW + 1) for number in range(3)]
        with open_store() as store:
            for record in (*ended, *alive):
                getattr(store, expiring).add(record)
        with open_store() as store:
            assert getattr(store, expiring).purge(NOW) == len(ended)
        with open_store() as store:
            assert all(getattr(store, expiring).get(record.key) is None for record in ended)
            assert all(getattr(store, expiring).get(record.key) == record for record in alive)
            assert set(getattr(store, expiring)) == {record.key for record in alive}
            assert getattr(store, expiring).purge(NOW) == 0

    def test_a_sweep_drops_one_slice_at_a_time(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        ended = [make(number, expires_at=NOW - 9 * DAY + number % 3 * DAY) for number in range(12)]
        alive = make(99, expires_at=NOW + 1)
        with open_store() as store:
            for record in (*ended, alive):
                getattr(store, expiring).add(record)
        left = [13]
        while True:
            with open_store() as store:
                swept = getattr(store, expiring).sweep(NOW)
            with open_store() as store:
                left.append(len(getattr(store, expiring)))
            if not swept:
                break
        gone = [before - after for before, after in pairwise(left)]
        assert max(gone) == 4
        assert left[-1] == 1
        with open_store() as store:
            assert list(getattr(store, expiring)) == [alive.key]

    def test_a_record_can_be_found_until_its_slice_ends(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        record = make(1, expires_at=NOW)
        end = slice_ends_at(read_key(record.key)[0])
        assert end >= NOW + GRACE
        with open_store() as store:
            getattr(store, expiring).add(record)
            assert getattr(store, expiring).purge(end - 1) == 0
            assert getattr(store, expiring).get(record.key) == record
            assert getattr(store, expiring).purge(end) == 1
            assert getattr(store, expiring).get(record.key) is None

    def test_keys_come_in_order_of_their_ends(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        with open_store() as store:
            for number in range(50):
                getattr(store, expiring).add(make(number, expires_at=NOW + number * 7 % 50 * HOUR))
        with open_store() as store:
            ends = [slice_ends_at(read_key(key)[0]) for key in getattr(store, expiring)]
            assert list(getattr(store, expiring)) == list(getattr(store, expiring))
        assert ends == sorted(ends)

    def test_hours_and_days_come_in_one_order(self, open_store: OpenStore) -> None:
        ends = [(NOW + number * DAY // 2, number % 2 == 0) for number in range(10)]
        with open_store() as store:
            for at, daily in ends:
                store.tickets.add(Ticket(draw_key(at, daily=daily), "", at))
        with open_store() as store:
            found = [slice_ends_at(read_key(key)[0]) for key in store.tickets]
        assert found == sorted(found)

    def test_a_key_that_no_handle_has_is_refused(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        record = make(1)
        object.__setattr__(record, "key", "not a key")
        with open_store() as store, pytest.raises(ValueError, match="not a key"):
            getattr(store, expiring).add(record)

    def test_many_slices_are_made_at_once(self, open_store: OpenStore, expiring: str, make: Callable[..., Any]) -> None:
        records = [make(number, expires_at=NOW + number // THREADS * 24 * HOUR) for number in range(3 * THREADS)]

        def add(record: Record) -> Callable[[Any], None]:
            return lambda store: getattr(store, expiring).add(record)

        race(open_store, *map(add, records))
        with open_store() as store:
            assert all(getattr(store, expiring).get(record.key) == record for record in records)

    def test_a_named_value_counts_once(self, open_store: OpenStore) -> None:
        ticket = Ticket(named_key(NOW, "assertion 1"), "assertion", NOW)
        with open_store() as store:
            store.tickets.add(ticket)
        with open_store() as store, pytest.raises(AlreadyExists):
            store.tickets.add(Ticket(named_key(NOW, "assertion 1"), "assertion", NOW))

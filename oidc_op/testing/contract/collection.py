"""The five verbs of every collection."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from transaction.interfaces import TransientError
from zope.interface.verify import verifyObject

from oidc_op.interfaces import IStore
from oidc_op.store import AlreadyExists

from .samples import EXPIRING, SAMPLES, Sample
from .sessions import THREADS, OpenStore, Undo, race


class CollectionContract:
    """The five verbs, in each of the eight collections."""

    @pytest.fixture(params=list(SAMPLES))
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def sample(self, name: str) -> Sample:
        return SAMPLES[name]

    def test_it_is_what_the_interface_says(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        with open_store() as store:
            verifyObject(IStore, store)
            verifyObject(sample.interface, getattr(store, name))

    def test_a_record_comes_back_equal(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)
        with open_store() as store:
            found = getattr(store, name).get(record.key)
        assert found == record
        assert type(found) is type(record)

    def test_a_record_put_takes_the_place_of_the_one_before(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)
        with open_store() as store:
            getattr(store, name).put(sample.change(record))
        with open_store() as store:
            assert getattr(store, name).get(record.key) == sample.change(record) != record
            getattr(store, name).put(record)
        with open_store() as store:
            assert getattr(store, name).get(record.key) == record

    def test_what_is_not_there_is_none_and_cannot_be_put(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        with open_store() as store:
            collection = getattr(store, name)
            assert collection.get(sample.make(1).key) is None
            assert collection.get("no such key") is None
            collection.remove(sample.make(1).key)
            collection.remove("no such key")
            with pytest.raises(KeyError):
                collection.put(sample.make(1))
            assert list(collection) == []

    def test_a_key_is_added_once(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record, other = sample.make(1), sample.make(2)
        with open_store() as store:
            getattr(store, name).add(record)
        with open_store() as store:
            with pytest.raises(AlreadyExists):
                getattr(store, name).add(sample.change(record))
            getattr(store, name).add(other)  # the session goes on
        with open_store() as store:
            assert getattr(store, name).get(record.key) == record
            assert getattr(store, name).get(other.key) == other

    def test_what_is_removed_is_gone_and_may_come_again(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)
        with open_store() as store:
            getattr(store, name).remove(record.key)
            assert getattr(store, name).get(record.key) is None
        with open_store() as store:
            assert getattr(store, name).get(record.key) is None
            assert list(getattr(store, name)) == []
            getattr(store, name).add(record)
        with open_store() as store:
            assert getattr(store, name).get(record.key) == record

    def test_keys_come_each_once_and_in_order(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        records = [sample.make(number) for number in range(150)]
        with open_store() as store:
            for record in records:
                getattr(store, name).add(record)
            within = list(getattr(store, name))
        with open_store() as store:
            keys = list(getattr(store, name))
        assert keys == within
        assert sorted(keys) == sorted(record.key for record in records)
        assert keys == sorted(keys) or name in EXPIRING

    def test_a_session_sees_its_own_writes_and_nobody_elses(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as early:
            assert getattr(early, name).get(record.key) is None
            with open_store() as late:
                getattr(late, name).add(record)
                getattr(late, name).put(sample.change(record))
                assert getattr(late, name).get(record.key) == sample.change(record)
                assert getattr(early, name).get(record.key) is None
            assert getattr(early, name).get(record.key) is None

    def test_what_a_session_aborts_is_gone(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        kept, changed, fresh = sample.make(1), sample.make(2), sample.make(3)
        with open_store() as store:
            getattr(store, name).add(kept)
            getattr(store, name).add(changed)
        with pytest.raises(Undo), open_store() as store:
            getattr(store, name).remove(kept.key)
            getattr(store, name).put(sample.change(changed))
            getattr(store, name).add(fresh)
            raise Undo
        with open_store() as store:
            assert [getattr(store, name).get(each.key) for each in (kept, changed, fresh)] == [kept, changed, None]
            assert sorted(getattr(store, name)) == sorted([kept.key, changed.key])

    def test_of_two_that_put_one_record_one_conflicts(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)
        with pytest.raises(TransientError), open_store() as late:
            assert getattr(late, name).get(record.key) == record
            with open_store() as early:
                getattr(early, name).put(sample.change(record))
            getattr(late, name).put(_other_change(record))
        with open_store() as store:
            assert getattr(store, name).get(record.key) == sample.change(record)
            getattr(store, name).put(record)  # run again, it may

    def test_of_two_that_add_one_key_one_is_told(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with pytest.raises((TransientError, AlreadyExists)), open_store() as late:
            assert getattr(late, name).get(record.key) is None
            with open_store() as early:
                getattr(early, name).add(record)
            getattr(late, name).add(sample.change(record))
        with open_store() as store:
            assert getattr(store, name).get(record.key) == record

    def test_what_was_removed_is_not_brought_back_by_a_put(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)
        with suppress(TransientError), open_store() as late:  # a store may say so, or see the put as having come first
            assert getattr(late, name).get(record.key) == record
            with open_store() as early:
                getattr(early, name).remove(record.key)
            getattr(late, name).put(sample.change(record))
        with open_store() as store:
            assert getattr(store, name).get(record.key) is None

    def test_of_many_that_add_one_key_at_once_one_succeeds(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)

        def add(store: IStore) -> bool:
            try:
                getattr(store, name).add(record)
            except AlreadyExists:
                return False
            return True

        assert sorted(race(open_store, *[add] * THREADS)) == [False] * (THREADS - 1) + [True]

    def test_of_many_that_change_one_record_at_once_none_is_lost(self, open_store: OpenStore, name: str, sample: Sample) -> None:
        record = sample.make(1)
        with open_store() as store:
            getattr(store, name).add(record)

        def follow(store: IStore) -> Any:
            before = getattr(store, name).get(record.key)
            getattr(store, name).put(_other_change(before))
            return _count(before)

        assert sorted(race(open_store, *[follow] * THREADS)) == [_count(record) + number for number in range(THREADS)]


def _counter(record: Any) -> str:
    """A field of whole numbers."""
    return next(name for name in ("auth_time", "given_at", "created_at", "expires_at", "at") if hasattr(record, name))


def _count(record: Any) -> int:
    return int(getattr(record, _counter(record)))


def _other_change(record: Any) -> Any:
    return replace(record, **{_counter(record): _count(record) + 1})

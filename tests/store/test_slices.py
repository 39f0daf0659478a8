"""Slices are made ahead of their time, and lists do not outlive what they list."""

from dataclasses import replace
from zlib import crc32

import pytest
from pyramid_zodbconn import get_connection
from transaction.interfaces import TransientError

from oidc_op.model.handle import DAY, HOUR, draw_key, read_key
from oidc_op.model.ticket import Ticket
from oidc_op.testing.contract.samples import NOW, grant, redeemed


@pytest.fixture
def stores(open_stores):
    return open_stores({"zodbconn.uri": "memory://", "zodbconn.uri.grants": "memory://"})


def held(stores, name):
    """What the database of grants holds under a name."""
    request = stores.request()
    with request.tm:
        found = get_connection(request, "grants").root()["oidc_op"][name]
        found = list(found) if name != "listed" else [key for shard in found for key in shard]
    request._process_finished_callbacks()
    return found


def ticket(expires_at, *, daily, first_shard):
    while True:
        key = draw_key(expires_at, daily=daily)
        if (read_key(key)[1] % 64 == 0) is first_shard:
            return Ticket(key, "", expires_at)


@pytest.mark.parametrize(("daily", "span"), [(False, HOUR), (True, DAY)])
@pytest.mark.parametrize(("first_shard", "part", "ahead"), [(True, 0.4, False), (True, 0.6, True), (False, 0.6, False)])
def test_one_record_in_64_makes_the_next_slice_in_the_second_half_of_its_own(stores, daily, span, first_shard, part, ahead):
    begin = NOW // DAY * DAY
    made = ticket(begin + int(span * part), daily=daily, first_shard=first_shard)
    number = read_key(made.key)[0]
    with stores.session() as store:
        store.tickets.add(made)
    assert held(stores, "tickets") == ([number, number + 1] if ahead else [number])


def test_an_empty_slice_goes_with_the_others(stores):
    with stores.session() as store:
        store.tickets.add(ticket(NOW - 1, daily=False, first_shard=True))
    assert len(held(stores, "tickets")) == 2
    with stores.session() as store:
        assert store.tickets.purge(NOW + DAY) == 1
    assert held(stores, "tickets") == []


def test_lists_of_what_ended_are_swept_by_new_ones(stores):
    """Every ten minutes an account comes, once and never again, for 500 hours; its grant can be refreshed for ten."""
    for number in range(0, 30_000, 10):
        now = NOW + number * 60
        each = replace(redeemed(grant(sub=f"{number * 7919 % 30_011:05}", expires_at=now + 10 * HOUR)), created_at=now)
        with stores.session() as store:
            store.grants.add(each)
    assert len(held(stores, "listed")) < 600  # of 3000; about 65 are alive, and each of 64 shards lags by a few


def same_shard(sub, names):
    """The first of ``names`` whose lists are kept beside those of ``sub``."""
    return next(name for name in names if (crc32(name.encode()) - crc32(sub.encode())) % 64 == 0)


def test_a_list_that_is_swept_while_it_is_written_conflicts(stores):
    """What is listed at this moment is not lost with the list that has ended."""
    sub, zoes = same_shard("zoe", map(str, range(1000))), redeemed(grant(sub="zoe"))
    with stores.session() as store:
        store.grants.add(redeemed(grant(sub="zoe", expires_at=NOW - DAY)))
        store.grants.add(grant())  # makes the slice, over which both would conflict

    def overtaken():
        with stores.session() as late:
            assert len(late.grants.of_account("zoe")) == 1
            with stores.session() as early:
                early.grants.add(redeemed(grant(sub=sub)))
            late.grants.add(zoes)

    with pytest.raises(TransientError):
        overtaken()
    assert held(stores, "listed") == [f"{sub}\tclient-1"]
    with stores.session() as store:
        store.grants.add(zoes)
        assert list(store.grants.of_account("zoe")) == [zoes.key]


def test_lists_of_an_account_are_not_those_of_one_whose_name_begins_alike(stores):
    ann, anna = redeemed(grant(sub="ann")), redeemed(grant(sub=same_shard("ann", (f"ann{number}" for number in range(1000)))))
    with stores.session() as store:
        store.grants.add(ann)
        store.grants.add(anna)
        assert list(store.grants.of_account("ann")) == [ann.key]
        store.grants.unlist("ann")
        assert list(store.grants.of_account(anna.sub)) == [anna.key]

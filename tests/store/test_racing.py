"""Races on real files, with threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from transaction.interfaces import TransientError

from oidc_op.model.handle import DAY, HOUR
from oidc_op.testing.contract import race, settle
from oidc_op.testing.contract.grants import redemption
from oidc_op.testing.contract.samples import NOW, grant, redeemed

THREADS = 8


def winners(stores, codes):
    """Of each of so many codes, how many of those who race for it get it."""
    grants = [grant(number, client_id=f"client-{number}") for number in range(codes)]
    with stores.session() as store:
        for each in grants:
            store.grants.add(each)
    return [race(stores.session, *[redemption(each.key)] * THREADS).count(True) for each in grants]


def settling(stores, conflicts):
    """Does a piece of work in a session of its own, again after each conflict, which is noted."""

    def settled(work):
        while True:
            try:
                with stores.session() as store:
                    return work(store)
            except TransientError as error:
                conflicts.append(error)

    return settled


def test_each_of_120_codes_is_redeemed_by_one_of_8(file_stores):
    assert winners(file_stores, 120) == [1] * 120


def test_conflicts_are_rare_also_when_slices_come_and_go(file_stores):
    """Eight threads issue and redeem while a slice lasts for 400 codes; hours do for a hundred a second."""
    flows, conflicts = 2000, []
    settled = settling(file_stores, conflicts)

    def issue(number):
        now = NOW + number * HOUR // 400
        each = replace(grant(number, sub=f"sub-{number}", expires_at=now + HOUR), created_at=now)
        settled(lambda store: store.grants.add(each))
        settled(lambda store: store.grants.put(redeemed(store.grants.get(each.key))))
        if number % 100 == 0:
            settled(lambda store: store.grants.purge(now))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(issue, range(flows)))
    assert len(conflicts) <= 0.03 * 2 * flows  # less than 1 % was seen


def test_a_purge_and_requests_do_not_meet(file_stores):
    """A slice goes while others are written."""
    old = [grant(number, expires_at=NOW - 24 * HOUR + number % 5 * HOUR) for number in range(100)]
    settle(file_stores.session, lambda store: [store.grants.add(each) for each in old] and None)
    fresh = [grant(number) for number in range(THREADS - 1)]
    dropped, *_ = race(
        file_stores.session,
        lambda store: store.grants.purge(NOW),
        *(lambda store, each=each: store.grants.add(each) for each in fresh),
    )
    assert dropped == len(old)
    with file_stores.session() as store:
        assert set(store.grants) == {each.key for each in fresh}


def test_in_a_database_too_each_of_120_codes_is_redeemed_by_one_of_8(open_stores, sql_settings):
    assert winners(open_stores(sql_settings, init=True), 120) == [1] * 120


def test_in_a_database_too_conflicts_are_rare(open_stores, postgresql_settings):
    """No two of these have a record in common but the partition that holds them, which changes each 100 codes."""
    stores, flows, conflicts = open_stores(postgresql_settings), 500, []
    settled = settling(stores, conflicts)

    def issue(number):
        now = NOW + number * DAY // 100
        each = replace(grant(number, sub=f"sub-{number}", expires_at=now + HOUR), created_at=now)
        settled(lambda store: store.grants.add(each))
        settled(lambda store: store.grants.put(replace(redeemed(store.grants.get(each.key)), refresh_token=None)))
        settled(lambda store: store.grants.sweep(now - DAY))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(issue, range(flows)))
    assert len(conflicts) <= 0.01 * 3 * flows
    with stores.session() as store:
        assert len(store.grants) <= 300

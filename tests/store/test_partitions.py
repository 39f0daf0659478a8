"""What expires lies in a partition for each day, which is dropped whole."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from oidc_op.model.handle import DAY, GRACE, HOUR
from oidc_op.store import make_ready
from oidc_op.store.sql.engine import make_engine
from oidc_op.store.sql.partitions import AGAIN, Partitions, day_of, end_of, partition
from oidc_op.testing.contract import settle
from oidc_op.testing.contract.samples import NOW, grant, session, ticket
from oidc_op.testing.contract.sessions import Undo

MIDNIGHT = NOW // DAY * DAY + DAY
HELD = 1.0  # seconds that somebody holds a table; a request that waited for that would take as long


@pytest.fixture
def partitions_of(postgresql_server):
    """The names of a table's partitions."""

    def found(table, database="store"):
        asked = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1"
        return [name for (name,) in postgresql_server.run(asked, table, database=database)]

    return found


@pytest.fixture
def stores(open_stores, postgresql_settings, partitions_of, postgresql_server):
    for table in ("oidc_grants", "oidc_sessions", "oidc_tickets"):
        for name in partitions_of(table):
            postgresql_server.run(f"DROP TABLE {name}", database="store")
    return open_stores(postgresql_settings)


@pytest.fixture
def somebody(postgresql_server):
    """A connection of somebody else, in a transaction."""
    with psycopg.connect(
        host="127.0.0.1", port=postgresql_server.port, user="oidc", password=postgresql_server.password, dbname="store"
    ) as connection:
        yield connection
        connection.rollback()


def test_what_ends_on_one_day_lies_in_the_partition_of_that_day(stores, partitions_of):
    with stores.session() as store:
        for at in (MIDNIGHT - DAY + 1, MIDNIGHT - HOUR, MIDNIGHT, MIDNIGHT + 1):
            store.tickets.add(ticket(expires_at=at))
        store.sessions.add(session(expires_at=MIDNIGHT))
    assert partitions_of("oidc_tickets") == ["oidc_tickets_20270115", "oidc_tickets_20270116"]
    assert partitions_of("oidc_sessions") == ["oidc_sessions_20270115"]


def test_a_partition_goes_when_the_last_of_its_day_may_go():
    for moment in (MIDNIGHT - DAY + HOUR + GRACE, MIDNIGHT + GRACE):
        assert end_of(day_of(moment)) == MIDNIGHT + GRACE
        assert partition("grants", day_of(moment)) == "oidc_grants_20270115"


def test_a_sweep_drops_the_partition_of_the_day_that_ended_first(stores, partitions_of):
    with stores.session() as store:
        for days in range(3):
            store.grants.add(grant(expires_at=NOW + days * DAY))
    assert len(partitions_of("oidc_grants")) == 3
    with stores.session() as store:
        assert not store.grants.sweep(MIDNIGHT + GRACE - 1)
        assert store.grants.sweep(MIDNIGHT + GRACE)
        assert len(partitions_of("oidc_grants")) == 3  # it goes at the commit
    assert partitions_of("oidc_grants") == ["oidc_grants_20270116", "oidc_grants_20270117"]


def test_an_aborted_sweep_drops_nothing(stores, partitions_of):
    with stores.session() as store:
        store.grants.add(grant(expires_at=NOW))
    with suppress(Undo), stores.session() as store:
        assert store.grants.sweep(NOW + 2 * DAY)
        raise Undo
    assert partitions_of("oidc_grants") == ["oidc_grants_20270115"]


def test_in_a_partition_that_another_process_dropped_the_next_record_makes_a_new_one(stores, open_stores, partitions_of):
    other = open_stores(stores.registry.settings)
    first, second = grant(1, expires_at=NOW), grant(2, expires_at=NOW)
    with stores.session() as store:
        store.grants.add(first)
    with other.session() as store:
        assert store.grants.sweep(NOW + 2 * DAY)
    settle(stores.session, lambda store: store.grants.add(second))
    with other.session() as store:
        assert list(store.grants) == [second.key]


def test_who_reads_a_table_is_not_waited_for_long_and_holds_up_nobody(stores, somebody, partitions_of, monkeypatch):
    with stores.session() as store:
        store.grants.add(grant(expires_at=NOW))
        store.grants.add(grant(1, expires_at=NOW + 5 * DAY))
    somebody.execute("SELECT * FROM oidc_grants")  # as pg_dump does, for hours
    longest, ended = [], threading.Event()

    def serve():
        while not ended.is_set():
            begun = time.monotonic()
            with stores.session() as store:
                store.grants.add(grant(expires_at=NOW + 5 * DAY))
            longest.append(time.monotonic() - begun)

    with ThreadPoolExecutor(2) as pool:
        served = pool.submit(serve)
        with stores.session() as store:
            assert store.grants.sweep(NOW + 2 * DAY)
        ended.set()
        served.result()
    assert max(longest) < HELD
    assert "oidc_grants_20270115" in partitions_of("oidc_grants")
    somebody.rollback()
    with stores.session() as store:
        assert not store.grants.sweep(NOW + 2 * DAY)  # nobody tries again before a minute has passed
    assert "oidc_grants_20270115" in partitions_of("oidc_grants")
    later = time.monotonic() + AGAIN
    monkeypatch.setattr("oidc_op.store.sql.partitions.time.monotonic", lambda: later)
    with stores.session() as store:
        assert store.grants.sweep(NOW + 2 * DAY)
    assert "oidc_grants_20270115" not in partitions_of("oidc_grants")


def test_a_partition_is_made_while_others_read_and_write(stores, somebody, partitions_of):
    with stores.session() as store:
        store.grants.add(grant(expires_at=NOW))
    somebody.execute("UPDATE oidc_grants SET version = version")
    with stores.session() as store:
        store.grants.add(grant(expires_at=NOW + DAY))
    assert len(partitions_of("oidc_grants")) == 2


def test_the_next_day_is_made_once_records_end_late_in_this_one(stores, partitions_of):
    for at, count in ((MIDNIGHT - 13 * HOUR, 1), (MIDNIGHT - 11 * HOUR, 2)):
        with stores.session() as store:
            store.tickets.add(ticket(expires_at=at))
        assert len(partitions_of("oidc_tickets")) == count


def test_many_make_one_partition_at_the_same_moment(stores, partitions_of):
    """Each as a process of its own."""
    others = [Partitions(make_engine(stores.registry.settings, pooled=False)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.provide("grants", [1, 2, 3]), others))
    assert partitions_of("oidc_grants") == ["oidc_grants_19700102", "oidc_grants_19700103", "oidc_grants_19700104"]


def test_some_days_are_made_with_the_tables(postgresql_server, partitions_of):
    assert make_ready({"oidc.store": "sql", "sqlalchemy.url": postgresql_server.url("fresh")}) == ["made the store"]
    for name in ("grants", "sessions", "tickets"):
        assert len(partitions_of(f"oidc_{name}", "fresh")) == 3


def test_a_record_lies_alone_where_there_are_no_partitions(unpartitioned_settings, open_stores, partitions_of):
    with open_stores(unpartitioned_settings).session() as store:
        store.grants.add(grant())
    assert partitions_of("oidc_grants", "unpartitioned") == []

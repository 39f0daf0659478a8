"""A database that goes away and comes back: what a store says meanwhile."""

import logging
import re
from contextlib import suppress

import pytest
from mounts import in_database
from postgresql import postgresql
from rp import RelyingParty
from transaction.interfaces import NoTransaction, TransientError

from oidc_op.store import StoreUnavailable
from oidc_op.testing.contract import settle
from oidc_op.testing.contract.samples import client, grant
from oidc_op.testing.contract.sessions import Undo


@pytest.fixture
def stores(open_stores, postgresql_settings):
    return open_stores(postgresql_settings)


def cut(server, database="store"):
    """End every connection to a database, as a server does that is restarted."""
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", database)


def test_a_connection_that_went_between_requests_is_replaced_unnoticed_but_for_one_more_attempt(stores, postgresql_server):
    with stores.session() as store:
        store.clients.add(client())
    cut(postgresql_server)
    attempts = []

    def work(store):
        attempts.append(1)
        return store.clients.get(client().key)

    assert settle(stores.session, work) == client()
    assert len(attempts) == 2


def test_a_connection_that_goes_before_the_commit_leaves_nothing_and_may_be_run_again(stores, postgresql_server):

    def work():
        with stores.session() as store:
            store.clients.add(client())
            cut(postgresql_server)
            store.clients.get("another")

    with pytest.raises(TransientError) as caught:
        work()
    assert isinstance(caught.value, StoreUnavailable)
    with stores.session() as store:
        assert list(store.clients) == []


def test_a_connection_that_goes_at_the_commit_is_not_run_again_by_itself(stores, postgresql_server):
    """Whether it was kept is not known."""

    def work():
        with stores.session() as store:
            store.clients.add(client())
            cut(postgresql_server)

    with pytest.raises(StoreUnavailable) as caught:
        work()
    assert not isinstance(caught.value, TransientError)


def test_where_no_connection_is_free_the_store_is_unavailable(open_stores, postgresql_settings):
    small = {"sqlalchemy.pool_size": "1", "sqlalchemy.max_overflow": "0", "sqlalchemy.pool_timeout": "1"}
    stores = open_stores(postgresql_settings | small)
    with stores.session() as store:
        assert list(store.clients) == []
        with pytest.raises(StoreUnavailable, match="no connection is free"), stores.session() as other:
            other.clients.get("x")
    with stores.session() as store:
        assert list(store.clients) == []


def test_a_session_that_is_aborted_gives_its_connection_back(stores):
    for _ in range(30):  # more than the pool has
        with suppress(Undo), stores.session() as store:
            store.grants.add(grant())
            raise Undo
    with stores.session() as store:
        assert len(store.grants) == 0


def test_a_database_that_only_reads_answers_reads_and_refuses_writes(stores, postgresql_server):
    """A replica, or the primary that was."""
    with stores.session() as store:
        store.clients.add(client())
    postgresql_server.run("ALTER DATABASE store SET default_transaction_read_only = on")
    try:
        cut(postgresql_server)
        assert settle(stores.session, lambda store: store.clients.get(client().key)) == client()
        with pytest.raises(StoreUnavailable, match="read-only transaction"), stores.session() as store:
            store.grants.add(grant())
    finally:
        postgresql_server.run("ALTER DATABASE store RESET default_transaction_read_only")
        cut(postgresql_server)


@pytest.fixture
def server():
    """One of its own, since it is killed."""
    with postgresql() as server:
        yield server


@pytest.fixture
def mount(server, tmp_path, put_keys):
    with in_database(server.url("outage"), tmp_path, put_keys) as mount:
        yield mount


def test_people_and_programs_are_told_to_come_back_and_service_resumes_by_itself(mount, server, caplog):
    rp = RelyingParty(mount)
    code = rp.authorize().code
    caplog.set_level(logging.INFO)
    mount.send("GET", rp.url("jwks"))
    server.kill()
    try:
        page = mount.send("GET", rp.url(**rp.parameters()), [("Accept", "text/html")])
        assert (page.status, page.header("Retry-After")) == (503, "30")
        assert "temporarily_unavailable" in page.text
        answer = rp.post("token", {"grant_type": "authorization_code", "code": code}, status=503)
        assert answer.json["error"] == "temporarily_unavailable"
        assert mount.send("GET", rp.url("jwks")).status == 200
    finally:
        server.start()
    told = [record.getMessage() for record in caplog.records if "unavailable" in record.getMessage()]
    assert any(re.fullmatch(r"the store is unavailable at /token \(client -, .*\): Connection refused", line) for line in told)
    assert not [record for record in caplog.records if record.exc_info]
    assert "access_token" in rp.redeem(code)


def test_outside_of_a_transaction_nothing_is_opened(stores):
    request = stores.request()
    store = stores.open(request)
    for _ in range(30):  # more than the pool has
        with pytest.raises(NoTransaction):
            store.clients.get("x")
    with stores.session() as other:
        assert other.clients.get("x") is None

"""Records as they are stored: old ones load, and a changed one is one object."""

from dataclasses import fields, replace

import pytest
from pyramid_zodbconn import get_connection

from oidc_op.model.grant import Code, Grant
from oidc_op.store.zodb.records import AccountRecord, ClientRecord, ConsentRecord, GrantRecord, KeyRecord, SessionRecord, TicketRecord
from oidc_op.testing.contract.samples import SAMPLES, grant, redeemed


@pytest.fixture
def stores(open_stores):
    return open_stores({"zodbconn.uri": "memory://"})


def test_a_record_written_before_it_had_its_last_fields_gets_their_defaults(stores, monkeypatch):
    each = grant()
    with monkeypatch.context() as older:
        older.setattr(GrantRecord, "__getstate__", lambda self: self.shape.flatten(self.value)[:-4])
        with stores.session() as store:
            store.grants.add(each)
    forget(stores)
    with stores.session() as store:
        assert store.grants.get(each.key) == replace(each, code=None)
        store.grants.put(redeemed(each))
    forget(stores)
    with stores.session() as store:
        assert store.grants.get(each.key) == redeemed(each)


def test_a_part_written_before_it_had_its_last_field_gets_its_default(stores, monkeypatch):
    each = grant()
    place = [field.name for field in fields(Grant)].index("code")

    def older_state(self):
        state = list(self.shape.flatten(self.value))
        state[place] = state[place][:2]
        return tuple(state)

    with monkeypatch.context() as older:
        older.setattr(GrantRecord, "__getstate__", older_state)
        with stores.session() as store:
            store.grants.add(replace(each, code=replace(each.code, used_at=9)))
    forget(stores)
    with stores.session() as store:
        assert store.grants.get(each.key).code == Code(each.code.digest, each.code.expires_at)


def test_what_a_newer_version_appended_to_a_record_is_left_aside(stores, monkeypatch):
    each = redeemed(grant())
    place = [field.name for field in fields(Grant)].index("code")

    def newer_state(self):
        state = [*self.shape.flatten(self.value), "a field of a later version", ("and", 1)]
        state[place] = (*state[place], "another")
        return tuple(state)

    with monkeypatch.context() as newer:
        newer.setattr(GrantRecord, "__getstate__", newer_state)
        with stores.session() as store:
            store.grants.add(each)
    forget(stores)
    with stores.session() as store:
        assert store.grants.get(each.key) == each


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ClientRecord, "clients"),
        (AccountRecord, "accounts"),
        (KeyRecord, "keys"),
        (ConsentRecord, "consents"),
        (GrantRecord, "grants"),
        (SessionRecord, "sessions"),
        (TicketRecord, "tickets"),
    ],
)
def test_what_is_stored_are_tuples_strings_and_numbers(kind, name):
    """Nothing that only the classes of today could load."""
    for record in (SAMPLES[name].make(1), SAMPLES[name].change(SAMPLES[name].make(1))):
        state = kind(record).__getstate__()
        assert plain(state)
        loaded = kind.__new__(kind)
        loaded.__setstate__(state)
        assert loaded.value == record


def plain(value):
    if isinstance(value, tuple):
        return all(map(plain, value))
    return value is None or type(value) in (str, int, bool, bytes)


def forget(stores):
    """Let the next session load what it reads."""
    request = stores.request()
    with request.tm:
        get_connection(request).cacheMinimize()
    request._process_finished_callbacks()


@pytest.mark.parametrize("store", ["memory", "zodb", "sqlite", "postgresql"])
def test_a_savepoint_takes_back_what_came_after_it(open_stores, store, request):
    kept = {"memory": {"oidc.store": "memory"}, "zodb": {"zodbconn.uri": "memory://"}}
    settings = kept.get(store) or request.getfixturevalue(f"{store}_settings")
    stores = open_stores(settings, init=store == "sqlite")
    first, second = grant(1), redeemed(grant(2))
    request = stores.request()
    with request.tm as transaction:
        store = stores.open(request)
        store.grants.add(first)
        savepoint = transaction.savepoint()
        store.grants.add(second)
        store.grants.put(redeemed(first))
        savepoint.rollback()
        assert store.grants.get(first.key) == first
        assert store.grants.get(second.key) is None
        assert list(store.grants.of_account("sub-1")) == []
        store.grants.put(redeemed(first))
    with request.tm:  # the same store serves the next transaction, as in pshell
        assert list(store.grants) == list(store.grants.of_account("sub-1")) == [first.key]
    request._process_finished_callbacks()

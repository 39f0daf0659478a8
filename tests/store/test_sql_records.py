"""Records as rows: readable by an operator, and by versions before and after."""

import json
from dataclasses import MISSING, dataclass, fields, replace

import pytest

from oidc_op.model.account import Account
from oidc_op.model.grant import Code, Grant
from oidc_op.store.sql.values import Codec
from oidc_op.testing.contract.samples import SAMPLES, client, grant, redeemed


@dataclass(frozen=True)
class Small:
    key: str
    number: int = 7


@dataclass(frozen=True)
class Larger(Small):
    added: tuple[str, ...] = ("x",)


@pytest.mark.parametrize("named", [True, False])
def test_a_version_before_and_a_version_after_read_each_others_records(named):
    small, larger = Codec(Small, named=named), Codec(Larger, named=named)
    assert larger.read(small.write(Small("a"))) == Larger("a")
    assert small.read(larger.write(Larger("a", 8, ("y",)))) == Small("a", 8)


@pytest.mark.parametrize("name", list(SAMPLES))
@pytest.mark.parametrize("named", [True, False])
def test_a_record_of_any_kind_is_the_same_in_either_form(name, named):
    record = SAMPLES[name].change(SAMPLES[name].make(1))
    codec = Codec(type(record), named=named)
    assert codec.read(codec.write(record)) == record
    assert repr(codec.read(codec.write(record))) == repr(record)  # tuples, not lists


def test_a_grant_written_before_it_had_its_last_fields_gets_their_defaults():
    codec, each = Codec(Grant), redeemed(grant())
    older = json.loads(codec.write(each))
    place = [field.name for field in fields(Grant)].index("code")
    older[place] = older[place][:2]
    found = codec.read(json.dumps(older[:-1]))
    assert found == replace(each, code=Code(each.code.digest, each.code.expires_at))
    assert all(field.default is not MISSING for field in fields(Grant)[6:])


def test_what_is_configured_can_be_asked_by_its_names(postgresql_server, postgresql_settings, open_stores):
    with open_stores(postgresql_settings).session() as store:
        store.clients.add(client(5))
    asked = "SELECT value::json->>'client_name', value::json->'redirect_uris'->>0 FROM oidc_clients WHERE key = 'client-5'"
    assert postgresql_server.run(asked, database="store") == [(client().client_name, "https://rp.example/cb")]


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x" * 100_000])
def test_no_text_makes_a_database_fail(open_stores, sql_settings, text):
    stores = open_stores(sql_settings, init=True)
    with stores.session() as store:
        for name in SAMPLES:
            assert getattr(store, name).get(text) is None
            getattr(store, name).remove(text)
        assert store.accounts.named(text) is None
        assert [*store.grants.of_account(text), *store.grants.of_account(text, text), *store.changes.of("clients", text)] == []
        store.grants.unlist(text)
        store.grants.add(replace(grant(), nonce=text, acr="\0\ud800"))
        store.accounts.add(Account("sub", "ann", claims=json.dumps({"name": text})))
    with stores.session() as store:
        (key,) = store.grants
        assert (store.grants.get(key).nonce, store.grants.get(key).acr) == (text, "\0\ud800")


def test_more_records_than_a_transaction_remembers_are_read_in_order(open_stores, sqlite_settings, monkeypatch):
    monkeypatch.setattr("oidc_op.store.sql.unit_of_work.KEPT", 10)
    stores, grants = open_stores(sqlite_settings, init=True), [grant(number) for number in range(1200)]
    with stores.session() as store:
        for each in grants:
            store.grants.add(each)
    with stores.session() as store:
        assert [store.grants.get(key).key for key in store.grants] == sorted(each.key for each in grants)

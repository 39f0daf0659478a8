"""Connecting to a database: what is refused, by which words, and what is made for whom."""

import importlib
import re

import pytest
from pyramid.exceptions import ConfigurationError
from served import free_port
from sqlalchemy import make_url

from oidc_op.interfaces import IStoreBackend
from oidc_op.store import DoneElsewhere, StoreNotReady, make_ready
from oidc_op.store.sql import upgrade
from oidc_op.testing.contract.samples import client

PASSWORD = "the-password-of-the-database"


def sql(url, **settings):
    return {"oidc.store": "sql", "sqlalchemy.url": url} | {key.replace("_", ".", 1): value for key, value in settings.items()}


def refusal(settings, *uses):
    """The one sentence that each of ``uses`` refuses the settings with."""
    said = set()
    for use in uses:
        with pytest.raises(ConfigurationError) as caught:
            use(settings)
        said.add(str(caught.value))
    (sentence,) = said
    assert PASSWORD not in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"oidc.store": "sql"},
            "sqlalchemy.url is missing: the URL of the database, such as postgresql+psycopg://user:password@host/database",
        ),
        (sql(f"psql {PASSWORD}"), "sqlalchemy.url cannot be read: it must be like postgresql+psycopg://"),
        (sql(f"postgresql+psycopg://ann:{PASSWORD}@host:port/x"), "sqlalchemy.url cannot be read: it must be like postgresql+psycopg://"),
        (sql(f"nosuch://ann:{PASSWORD}@host/x"), "sqlalchemy.url: nothing here speaks nosuch; it must be like"),
        (sql("sqlite://", sqlalchemy_nonsense="1"), "sqlalchemy.…: Invalid argument(s) 'nonsense'"),
        (
            sql(f"postgresql+psycopg_async://ann:{PASSWORD}@host/x"),
            "sqlalchemy.url: postgresql+psycopg_async is for asyncio; it must be like",
        ),
        (sql("sqlite://", sqlalchemy_creator=PASSWORD), "sqlalchemy.creator: must be left out, a line of text cannot say it"),
        (
            sql("postgresql+psycopg://", sqlalchemy_prepare_threshold="x"),
            "sqlalchemy.prepare_threshold = 'x': must be a whole number, or none",
        ),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(open_stores, settings, sentence):
    assert refusal(settings, open_stores, make_ready, upgrade).startswith(sentence)


@pytest.mark.parametrize(
    "where", ["p@{0}@127.0.0.1/db", "p@{0}/x@127.0.0.1/db", "p@{0}?x@127.0.0.1/db", "p@{0}:1@127.0.0.1/db", "{0}@127.0.0.1@db"]
)
def test_an_at_sign_in_the_password_is_said_to_be_one_without_telling_any_of_it(open_stores, where):
    said = refusal(sql("postgresql+psycopg://oidc:" + where.format(PASSWORD)), open_stores, make_ready, upgrade)
    assert said.startswith("sqlalchemy.url cannot be read")
    assert "127.0.0.1" not in said


@pytest.mark.parametrize("name", ["db%20password={0}", "db password={0}", "password%3D{0}", "postgresql%3A%2F%2Foidc:{0}"])
def test_a_name_of_a_database_that_says_more_is_refused_without_telling_it(open_stores, name):
    said = refusal(sql(f"postgresql+psycopg://oidc@127.0.0.1/{name.format(PASSWORD)}"), open_stores, make_ready, upgrade)
    assert said == "sqlalchemy.url: the name of the database must be a name alone, what else is said follows a question mark"


@pytest.mark.parametrize(
    ("url", "level", "must"),
    [
        ("postgresql+psycopg://", "AUTOCOMMIT", "REPEATABLE READ or SERIALIZABLE"),
        ("postgresql+psycopg://", "READ COMMITTED", "REPEATABLE READ or SERIALIZABLE"),
        ("postgresql+psycopg://", "foo", "REPEATABLE READ or SERIALIZABLE"),
        ("sqlite://", "READ UNCOMMITTED", "SERIALIZABLE"),
    ],
)
def test_a_level_of_isolation_that_keeps_no_promise_is_refused(open_stores, url, level, must):
    said = refusal(sql(url, sqlalchemy_isolation_level=level), open_stores, make_ready, upgrade)
    assert said == f"sqlalchemy.isolation_level = {level!r}: must be {must}"


def test_a_stricter_level_of_isolation_serves(postgresql_server, open_stores):
    settings = sql(postgresql_server.url("serializable"), sqlalchemy_isolation_level="serializable")
    with open_stores(settings, init=True).session() as store:
        store.clients.add(client())
    with open_stores(sql("sqlite://", sqlalchemy_isolation_level="SERIALIZABLE")).session() as store:
        store.clients.add(client())


def test_a_value_that_cannot_be_understood_is_named(open_stores):
    said = refusal(sql("postgresql+psycopg://", sqlalchemy_pool_size="many"), open_stores)
    assert said == "sqlalchemy.pool_size: invalid literal for int() with base 10: 'many'"


def test_a_server_that_is_not_there_is_named_without_the_password(open_stores):
    settings = sql(f"postgresql+psycopg://ann:{PASSWORD}@127.0.0.1:{free_port()}/openid")
    said = refusal(settings, open_stores, make_ready, upgrade)
    assert re.fullmatch(r"the database openid at 127\.0\.0\.1:\d+ cannot be reached: Connection refused", said)


def test_a_database_or_a_role_that_is_not_there_and_a_wrong_password(postgresql_server, open_stores):
    url = make_url(postgresql_server.url("there"))
    said = refusal(sql(url.set(database="absent").render_as_string(hide_password=False)), open_stores, make_ready, upgrade)
    assert said.endswith('cannot be reached: database "absent" does not exist; a database is made with createdb, a role with createuser')
    for wrong in (url.set(password=PASSWORD), url.set(username="nobody", password=PASSWORD)):
        said = refusal(sql(wrong.render_as_string(hide_password=False)), open_stores, make_ready, upgrade)
        assert said.endswith(f'cannot be reached: password authentication failed for user "{wrong.username}"')


def test_a_role_that_may_not_make_tables_is_told_what_it_needs(postgresql_server):
    url = make_url(postgresql_server.url("there"))
    if not postgresql_server.run("SELECT 1 FROM pg_roles WHERE rolname = 'guest'"):
        postgresql_server.run(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    settings = sql(url.set(username="guest", password=PASSWORD).render_as_string(hide_password=False))
    assert "permission denied for schema public; the role must be allowed to make tables" in refusal(settings, make_ready)


def test_tables_that_are_not_there_name_the_command_that_makes_them(postgresql_server, open_stores):
    settings = sql(postgresql_server.url("empty"))
    assert refusal(settings, open_stores, upgrade).endswith("is not initialised; do: oidc-op init X.ini")


def test_a_file_that_is_not_there_names_the_command_that_makes_it_and_makes_nothing(open_stores, sqlite_settings, tmp_path):
    with pytest.raises(StoreNotReady, match=r"data.sqlite does not exist: the store is not initialised; do: oidc-op init X.ini"):
        open_stores(sqlite_settings)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_none(open_stores, sqlite_settings, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "data.sqlite").write_text("what is this" * 100)
    assert refusal(sqlite_settings, open_stores, make_ready).endswith("cannot be reached: file is not a database")


def test_the_files_of_sqlite_are_for_their_owner_only(open_stores, sqlite_settings, tmp_path):
    stores = open_stores(sqlite_settings, init=True)
    with stores.session() as store:
        store.clients.add(client())
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    names = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
    assert names.keys() >= {"data.sqlite", "data.sqlite-wal"}
    assert set(names.values()) == {0o600}


def test_initialising_again_keeps_what_is_there(open_stores, sql_settings):
    with open_stores(sql_settings, init=True).session() as store:
        store.clients.add(client())
    assert make_ready(sql_settings) == upgrade(sql_settings) == []
    with open_stores(sql_settings).session() as store:
        assert store.clients.get(client().key) == client()


def test_what_is_in_memory_needs_no_initialising_and_keeps_nothing(open_stores):
    stores = open_stores(sql("sqlite://"))
    with stores.session() as store:
        store.clients.add(client())
    with stores.session() as store:
        assert store.clients.get(client().key) == client()
    assert stores.registry.getUtility(IStoreBackend).keeps_nothing


def test_what_is_in_a_database_is_held_by_nobody_and_kept(open_stores, sql_settings):
    storage = open_stores(sql_settings, init=True).registry.getUtility(IStoreBackend)
    assert (storage.held_file, storage.keeps_nothing) == (None, False)


def test_what_a_database_does_itself_names_the_program_that_does_it(open_stores, sql_settings):
    storage = open_stores(sql_settings, init=True).registry.getUtility(IStoreBackend)
    storage.tend()
    program = "sqlite3 " if "sqlite" in sql_settings["sqlalchemy.url"] else "pg_dump "
    with pytest.raises(DoneElsewhere, match=program):
        storage.back_up(None, print, None, whole=False)
    with pytest.raises(DoneElsewhere, match=r"VACUUM|nothing to pack"):
        storage.pack(print)


def test_without_sqlalchemy_the_extra_is_named(monkeypatch, open_stores):
    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name="sqlalchemy")

    monkeypatch.setattr("oidc_op.store.import_module", missing)
    assert refusal(sql("sqlite://"), open_stores, make_ready) == "oidc.store = sql needs sqlalchemy: pip install oidc_op[sql]"
    assert importlib.import_module("oidc_op.store.sql")

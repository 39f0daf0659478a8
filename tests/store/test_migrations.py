"""Alembic's migrations make the tables that the statements are for, and what cannot be read is said to be so."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from oidc_op.store import StoreNotReady, make_ready
from oidc_op.store.sql import migrations, upgrade
from oidc_op.store.sql.engine import make_engine
from oidc_op.store.sql.schema import REVISIONS, is_partitioned
from oidc_op.store.sql.tables import VERSION_TABLE, described


@pytest.fixture(params=["sqlite", "postgresql", "unpartitioned"])
def settings(request):
    found = request.getfixturevalue(f"{request.param}_settings")
    make_ready(found)
    return found


@pytest.fixture
def connection(settings):
    engine = make_engine(settings)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ours(_object, name, kind, _reflected, _compared):
    return not (kind == "table" and name[-8:].isdigit())  # a partition


def test_the_migrations_make_exactly_the_tables_of_the_statements(connection):
    options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True, "include_object": ours}
    context = MigrationContext.configure(connection, opts=options)
    metadata = described(partitioned=is_partitioned(connection))
    assert compare_metadata(context, metadata) == []


def test_the_primary_keys_are_in_the_order_that_serves(connection):
    found = {name: inspect(connection).get_pk_constraint(f"oidc_{name}")["constrained_columns"] for name in ("grants", "clients")}
    expected = ["ends_at", "key"] if is_partitioned(connection) else ["key", "ends_at"]
    assert found == {"grants": expected, "clients": ["key"]}


def test_every_migration_is_known_to_the_check_at_the_start():
    (folder,) = migrations.__path__
    script = ScriptDirectory(folder)
    assert tuple(each.revision for each in reversed(list(script.walk_revisions()))) == REVISIONS


def revise(settings, revision):
    engine = make_engine(settings)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :revision"), {"revision": revision})
    engine.dispose()


@pytest.mark.parametrize("use", ["open", "make_ready", "upgrade"])
def test_tables_of_a_newer_version_are_refused(sqlite_settings, open_stores, use):
    make_ready(sqlite_settings)
    revise(sqlite_settings, "9999")
    with pytest.raises(StoreNotReady, match=r"was written by a newer version of oidc_op \(schema 9999, here 0001\)"):
        {"open": open_stores, "make_ready": make_ready, "upgrade": upgrade}[use](sqlite_settings)


def test_tables_of_an_older_version_name_the_command_that_brings_them_up_to_date(sqlite_settings, open_stores, monkeypatch):
    make_ready(sqlite_settings)
    monkeypatch.setattr("oidc_op.store.sql.schema.REVISIONS", ("0001", "0002"))
    with pytest.raises(StoreNotReady, match=r"data.sqlite was written by an older version of oidc_op; do: oidc-op upgrade X.ini"):
        open_stores(sqlite_settings)


def test_an_upgrade_says_what_it_did(sqlite_settings, monkeypatch):
    make_ready(sqlite_settings)
    monkeypatch.setattr("oidc_op.store.sql.schema.REVISIONS", ("0001", "0002"))
    monkeypatch.setattr("oidc_op.store.sql.schema.migrate", lambda connection, partitioned: None)
    assert upgrade(sqlite_settings) == ["brought the tables up to date: 0001 to 0002"]

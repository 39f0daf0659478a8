"""The tables: one for each collection, and one for the lists of grants with a refresh token.

A row is a key, a version that each change counts up, and the record as JSON text. Rows that expire begin with the moment at
which their slice ends; it follows from the key, so each of them is found by its primary key.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text

from oidc_op.model.records import CONFIGURATION, EXPIRING

PREFIX = "oidc_"
VERSION_TABLE = "oidc_schema"

# By bytes, whatever the locale: faster, in the same order everywhere, and not to be indexed anew when the system's locales change.
BYTEWISE = String().with_variant(String(collation="C"), "postgresql")


@cache
def described(*, partitioned: bool = False) -> MetaData:
    """The tables as they are in a database that partitions what expires, or in one that does not."""
    metadata = MetaData()
    for name in (*CONFIGURATION, "listed"):
        _table(metadata, name, *_also(name), Column("key", BYTEWISE, nullable=False), PrimaryKeyConstraint("key"))
    accounts = metadata.tables[PREFIX + "accounts"]
    Index(f"{PREFIX}accounts_username", accounts.c.username, unique=True)
    for name in EXPIRING:
        columns = (Column("ends_at", BigInteger, nullable=False), Column("key", BYTEWISE, nullable=False))
        if partitioned:
            options = {"postgresql_partition_by": "RANGE (ends_at)"}
            _table(metadata, name, *columns, PrimaryKeyConstraint("ends_at", "key"), **options)
        else:
            made = _table(metadata, name, *columns, PrimaryKeyConstraint("key", "ends_at"))
            Index(f"{PREFIX}{name}_ends_at", made.c.ends_at, made.c.key)
    return metadata


def table(name: str) -> Table:
    """The table of a collection, for statements, which are the same wherever it is."""
    return described().tables[PREFIX + name]


def _table(metadata: MetaData, name: str, *parts: Any, **options: Any) -> Table:
    rest = (Column("version", Integer, nullable=False), Column("value", Text, nullable=False))
    return Table(PREFIX + name, metadata, *parts, *rest, **options)


def _also(name: str) -> tuple[Column[Any], ...]:
    """Columns that repeat a part of the record, to find it by."""
    if name == "accounts":
        return (Column("username", BYTEWISE),)
    return (Column("expires_at", BigInteger, nullable=False),) if name == "consents" else ()

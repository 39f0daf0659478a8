"""The statements of a collection, made once; each finds its row by primary key."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, func, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import literal_column

from .tables import table

PAGE = 500  # rows


class Statements:
    """Return the statements for the table ``name``. Parameters that select a row have names that begin with ``its_``."""

    def __init__(self, name: str) -> None:
        its = self.table = table(name)
        where = [its.c[column.name] == bindparam(f"its_{column.name}") for column in its.primary_key.columns]
        at = [*where, its.c.version == bindparam("its_version")]
        self.read = select(its.c.version, its.c.value).where(*where)
        self.update = update(its).where(*at).values({each.name: bindparam(each.name) for each in its.c if not each.primary_key})
        self.delete = delete(its).where(*at)
        self.delete_unread = delete(its).where(*where)
        self.page = self.within(its.c.key > bindparam("after"))
        self.between = self.within(its.c.key > bindparam("after"), its.c.key < bindparam("before"))
        if "ends_at" in its.c:
            self.next_end = select(func.min(its.c.ends_at)).where(its.c.ends_at > bindparam("after"))
            self.in_slice = self.within(its.c.ends_at == bindparam("ends_at"), its.c.key > bindparam("after"))
            self.count = select(func.count()).select_from(its).where(its.c.ends_at > bindparam("after"))
            self.purge = delete(its).where(its.c.ends_at > bindparam("its_first"), its.c.ends_at <= bindparam("its_last"))

    def within(self, *where: Any) -> Any:
        """The first rows in order of their keys, where this holds."""
        its = self.table
        return select(its.c.key, its.c.version, its.c.value).where(*where).order_by(its.c.key).limit(PAGE)

    def insert(self, dialect: str) -> Any:
        """Says nothing where the key, or another value that only one may have, is taken."""
        return _insert(self.table, "sqlite" if dialect == "sqlite" else "postgresql")


@cache
def statements(name: str) -> Statements:
    """The statements of a collection."""
    return Statements(name)


@cache
def _insert(its: Table, dialect: str) -> Any:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    said = insert(its).values({each.name: bindparam(each.name) for each in its.c}).on_conflict_do_nothing()
    return said.execution_options(preserve_rowcount=True)


def read_several(names: Iterable[str]) -> Any:
    """One row from each of these tables, in one statement; values are named ``<collection>_key`` and ``<collection>_ends_at``."""
    return _read_several(tuple(sorted(names)))


@cache
def _read_several(names: tuple[str, ...]) -> Any:
    return union_all(*(_one_of(name) for name in names))


def _one_of(name: str) -> Select[Any]:
    its = table(name)
    where = [its.c[column.name] == bindparam(f"{name}_{column.name}") for column in its.primary_key.columns]
    return select(literal_column(f"'{name}'").label("name"), its.c.key, its.c.version, its.c.value).where(*where)

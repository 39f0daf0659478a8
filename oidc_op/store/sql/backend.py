"""The connections of a process to the database."""

from __future__ import annotations

import weakref
from typing import Any

from sqlalchemy import Engine
from zope.interface import implementer

from oidc_op.interfaces import IStoreBackend, Registry
from oidc_op.store import DoneElsewhere

from .engine import file_of, is_in_memory


@implementer(IStoreBackend)
class Connections:
    """The engines of an application: disposed of when ``registry`` goes or the process ends, whichever is first."""

    held_file = None

    def __init__(self, engines: tuple[Engine, ...], registry: Registry) -> None:
        self.keeps_nothing = is_in_memory(engines[0].url)
        self._file = file_of(engines[0].url)
        self._closer = weakref.finalize(registry, _dispose, engines)

    def close(self) -> None:
        self._closer()

    def tend(self) -> None:
        """PostgreSQL looks after itself."""

    def pack(self, say: Any, history: int | None = None) -> list[str]:
        """:raises DoneElsewhere: always."""
        if self._file:
            raise DoneElsewhere(f"a database of SQLite is made smaller by its own program: sqlite3 {self._file} VACUUM")
        raise DoneElsewhere("the store is in a database, which uses again what is dropped: there is nothing to pack")

    def back_up(self, folder: Any, say: Any, secret: Any, *, whole: bool) -> list[str]:
        """:raises DoneElsewhere: always."""
        command = f"sqlite3 {self._file} '.backup COPY'" if self._file else "pg_dump --format=custom --file=COPY DATABASE"
        raise DoneElsewhere(f"a database is copied by its own program, while everything goes on: {command}")


def _dispose(engines: tuple[Engine, ...]) -> None:
    for engine in engines:
        engine.dispose()

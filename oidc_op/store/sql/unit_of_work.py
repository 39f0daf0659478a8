"""A unit of work: the connection of one transaction, and the rows that it has read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, literal, select, table
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from zope.sqlalchemy import mark_changed
from zope.sqlalchemy.datamanager import STATUS_ACTIVE, SessionDataManager, SessionSavepoint

from oidc_op.interfaces import JSONObject, TransactionManager
from oidc_op.store import StoreUnavailable

from .prefetch import Foresight, Keys

KEPT = 10_000  # records that a transaction remembers; an export reads more, and forgets them


class Kept(NamedTuple):
    """A record as it was read or written in this transaction; None where there is none."""

    record: Any
    version: int = 0


NONE = Kept(None)


class Work:
    """One transaction: a connection from the pool, in ``request.tm``, and each record that it met.

    A record is read once: who asks again gets the same, and a change is written over the version that was read.
    """

    def __init__(self, engine: Engine, manager: TransactionManager, foresight: Foresight) -> None:
        self.manager = manager
        self.foresight = foresight
        self.met: dict[tuple[str, str], Kept] = {}
        self.soon: Keys = {}
        self.hidden: dict[str, int] = {}
        self.writes = False
        self.session = Session(engine)
        try:
            self.connection: Connection = self.session.connection()
            self.dialect = self.connection.dialect.name
            self._joined = Joined(self)
        except PoolTimeout as error:
            self.session.close()
            raise StoreUnavailable(f"no connection is free: {error}") from error
        except BaseException:
            self.session.close()
            raise

    @property
    def is_over(self) -> bool:
        return self._joined.tx is None

    def read(self, statement: Any, values: JSONObject | None = None) -> Any:
        return self.connection.execute(statement, values)

    def write(self, statement: Any, values: JSONObject) -> int:
        """How many rows it changed."""
        if not self.writes:
            self.begin_to_write()
        return self.connection.execute(statement, values).rowcount

    def see(self, name: str) -> None:
        """Let this transaction know of a table that was made meanwhile: one that wrote to its parent before would not."""
        self.connection.execute(select(literal(1)).select_from(table(name)).limit(0))

    def after_commit(self, task: Callable[[], Any]) -> None:
        """Do it once everything is kept; what goes wrong there is logged."""
        self.manager.get().addAfterCommitHook(lambda committed: committed and task())

    def meet(self, name: str, key: str, kept: Kept) -> Kept:
        """Remember it until the transaction ends."""
        self.make_room(1)
        self.met[name, key] = kept
        return kept

    def make_room(self, count: int) -> None:
        """Forget what was read, where so many more would be too many; what is asked for again is read again."""
        if len(self.met) + count > KEPT:
            self.met.clear()

    def begin_to_write(self) -> None:
        """SQLite lets a reader write only if nobody wrote since it began: begin anew, as the one who writes."""
        self.writes = True
        if self.dialect == "sqlite":
            self.connection.exec_driver_sql("COMMIT")
            self.connection.exec_driver_sql("BEGIN IMMEDIATE")
        mark_changed(self.session, self.manager)


class Joined(SessionDataManager):
    """zope.sqlalchemy's data manager, with savepoints that take back what was remembered too."""

    def __init__(self, work: Work) -> None:
        self._work = work
        super().__init__(work.session, STATUS_ACTIVE, work.manager)

    @property
    def savepoint(self) -> Any:
        return self._savepoint

    def _savepoint(self) -> Savepoint:
        return Savepoint(self._work)


class Savepoint(SessionSavepoint):
    """A state of the transaction to come back to."""

    def __init__(self, work: Work) -> None:
        if not work.writes:  # else SQLite could not begin anew within it
            work.begin_to_write()
        self._work = work
        self._met, self._hidden = dict(work.met), dict(work.hidden)
        super().__init__(work.session)
        work.session.connection()  # else it begins with the next use of the session, and we use the connection

    def rollback(self) -> None:
        super().rollback()
        self._work.met, self._work.hidden = dict(self._met), dict(self._hidden)

"""How rows that ended are dropped where PostgreSQL keeps each day in a partition: the partition goes, whatever is in it.

A partition is made before it is needed, in a short transaction of its own on a connection of its own; attaching it locks out
nobody who reads or writes. It is dropped likewise once the request that found it has committed; dropping waits for those who
use the table, but only a moment, so that it never holds up those who come after: what could not be dropped is left to a
sweep a minute later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError

from oidc_op.model.handle import DAY, GRACE, HOUR
from oidc_op.model.records import EXPIRING
from oidc_op.store import Conflict, StoreUnavailable

from .statements import statements
from .tables import PREFIX
from .unit_of_work import Work

log = logging.getLogger(__name__)
MAKE_LOCK, DROP_LOCK = "2s", "50ms"  # how long to wait for others
AGAIN = 60.0  # seconds until a process tries to drop from a table again, which others did not let go of
NO_PARTITION = "23514"  # check_violation; nothing else is checked here
FILL = 85  # percent: a grant is written again when its code is redeemed, best on the same page
ATTACHED = text(
    "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = CAST(:parent AS regclass)"
)


class Partitions:
    """The partitions of the three tables, as far as this process knows: by collection, the numbers of their days.

    ``engine`` is one without a pool, so that no request waits for a connection while it holds one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._days: dict[str, set[int]] = {name: set() for name in EXPIRING}
        self._read_at: dict[str, int] = {}
        self._drop_at: dict[str, float] = {}  # by the clock of time.monotonic

    def make(self, work: Work, name: str, ends_at: int) -> None:
        day, days = day_of(ends_at), self._days[name]
        if day not in days:
            self.provide(name, [day])
            work.see(partition(name, day))
        elif day + 1 not in days and _is_late(ends_at) and not self._lock.locked():
            work.after_commit(lambda: self._provide_ahead(name, day + 1))

    def sweep(self, work: Work, name: str, now: int) -> bool:
        if time.monotonic() < self._drop_at.get(name, 0.0):
            return False
        if now >= self._read_at.get(name, 0):
            self._read_at[name] = now + HOUR
            self._days[name] |= attached(work.connection, name)  # what other processes made
        ended = sorted(day for day in tuple(self._days[name]) if end_of(day) <= now)
        if ended:
            work.after_commit(lambda: self.drop(name, ended[0]))
        return bool(ended)

    def purge(self, work: Work, name: str, now: int) -> int:
        """Partitions that ended are counted and go at the commit; of the day that goes on, what ended is deleted."""
        its: Any = statements(name).table
        before, until = work.hidden.get(name, 0), end_of(day_of(now) - 1)
        counted = select(func.count()).select_from(its).where(its.c.ends_at > bindparam("after"), its.c.ends_at <= bindparam("until"))
        dropped = work.read(counted, {"after": before, "until": until}).scalar()
        ended = sorted(day for day in attached(work.connection, name) if end_of(day) <= now)
        if ended:
            work.hidden[name] = until
            work.after_commit(lambda: self._drop_all(name, ended))
        return int(dropped) + work.write(statements(name).purge, {"its_first": until, "its_last": now})

    def provide(self, name: str, days: Iterable[int]) -> None:
        """Make the partitions of these days, unless they are there.

        :raises StoreUnavailable, Conflict: that is not possible now.
        """
        with self._lock:
            for day in days:
                if day not in self._days[name]:
                    self._provide(name, day)
                    self._days[name].add(day)

    def _drop_all(self, name: str, days: Iterable[int]) -> None:
        for day in days:
            self.drop(name, day)

    def drop(self, name: str, day: int) -> None:
        """Drop the partition of a day that has ended, or leave it for another time."""
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{DROP_LOCK}'")
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {partition(name, day)}")
        except (Conflict, StoreUnavailable, DBAPIError) as error:
            self._drop_at[name] = time.monotonic() + AGAIN
            log.info("the partition %s could not be dropped now: %s", partition(name, day), error)
        else:
            self._days[name].discard(day)
            log.info("dropped the partition %s", partition(name, day))

    def look_again(self, error: Any) -> None:
        """A row has no partition: another process dropped it. What is there is read anew."""
        if getattr(error, "sqlstate", None) == NO_PARTITION:
            for days in self._days.values():
                days.clear()
            self._read_at.clear()

    def _provide_ahead(self, name: str, day: int) -> None:
        """Ignore the failure: there is time left, and another request will try again."""
        with suppress(Conflict, StoreUnavailable, DBAPIError):
            self.provide(name, [day])

    def _provide(self, name: str, day: int) -> None:
        made, first = partition(name, day), end_of(day - 1) + 1
        try:
            with self._engine.begin() as connection:
                if day in attached(connection, name):
                    return
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{MAKE_LOCK}'")
                connection.exec_driver_sql(f"CREATE TABLE {made} (LIKE {PREFIX}{name} INCLUDING ALL) WITH (fillfactor = {FILL})")
                connection.exec_driver_sql(
                    f"ALTER TABLE {PREFIX}{name} ATTACH PARTITION {made} FOR VALUES FROM ({first}) TO ({end_of(day) + 1})"
                )
        except (Conflict, DBAPIError):
            with self._engine.connect() as connection:
                if day not in attached(connection, name):  # else another process made it at the same moment
                    raise
        else:
            log.info("made the partition %s", made)


def day_of(ends_at: int) -> int:
    """The day, counted from the epoch, in whose partition a row lies that ends at this moment."""
    return -(-(ends_at - GRACE) // DAY) - 1


def end_of(day: int) -> int:
    """The moment from which nothing in the partition of this day is alive."""
    return (day + 1) * DAY + GRACE


def partition(name: str, day: int) -> str:
    """The name of the partition, which has the date in it (UTC)."""
    return f"{PREFIX}{name}_{datetime.fromtimestamp(day * DAY, UTC):%Y%m%d}"


def attached(connection: Connection, name: str) -> set[int]:
    """The days that have a partition."""
    found = set()
    for child in connection.execute(ATTACHED, {"parent": PREFIX + name}).scalars():
        with suppress(ValueError):
            moment = datetime.strptime(child.rpartition("_")[2], "%Y%m%d").replace(tzinfo=UTC)
            found.add(int(moment.timestamp()) // DAY)
    return found


def _is_late(ends_at: int) -> bool:
    """Whether it ends in the second half of its day: then the next day's partition will be needed."""
    return (ends_at - GRACE - 1) % DAY > DAY // 2

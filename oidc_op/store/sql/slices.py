"""How rows that ended are dropped where a table is one: by the index on the moment of their end."""

from __future__ import annotations

from typing import Protocol

from oidc_op.model.handle import HOUR

from .statements import statements
from .unit_of_work import Work


class Slices(Protocol):
    """How a database holds what expires."""

    def make(self, work: Work, name: str, ends_at: int) -> None:
        """See that a row that ends then can be added to the table of the collection ``name``."""

    def sweep(self, work: Work, name: str, now: int) -> bool:
        """Drop one slice that has ended; whether there was one."""

    def purge(self, work: Work, name: str, now: int) -> int:
        """Drop what has ended; how many rows."""


class Rows:
    """Rows of one table. A process remembers when it has to look again, so a sweep mostly asks nothing."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def make(self, work: Work, name: str, ends_at: int) -> None:
        """Do nothing: there are no partitions to make."""
        if ends_at < self._next.get(name, 0):
            self._next[name] = ends_at

    def sweep(self, work: Work, name: str, now: int) -> bool:
        if now < self._next.get(name, 0):
            return False
        first = work.read(statements(name).next_end, {"after": 0}).scalar()
        if first is None or first > now:
            self._next[name] = min(first or now + HOUR, now + HOUR)  # another process may add what ends before
            return False
        work.write(statements(name).purge, {"its_first": first - 1, "its_last": first})
        return True

    def purge(self, work: Work, name: str, now: int) -> int:
        return work.write(statements(name).purge, {"its_first": 0, "its_last": now})

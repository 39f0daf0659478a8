"""Dictionaries that take part in transactions: optimistic, two-phase.

Every value has a version. A session remembers the versions that it saw and keeps what it writes to itself; at commit, under
a lock, a written value whose version has moved meanwhile is a conflict, which a retry resolves.
"""

from __future__ import annotations

from collections import defaultdict
from threading import RLock
from typing import Any

from transaction.interfaces import IDataManagerSavepoint, ISavepointDataManager
from zope.interface import implementer

from oidc_op.interfaces import TransactionManager
from oidc_op.store.errors import Conflict

Place = tuple[str, Any]  # the name of a collection, and a key in it


class Dictionaries:
    """The values by collection and key, each with its version; None is a value that was removed."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.kept: dict[str, dict[Any, tuple[Any, int]]] = defaultdict(dict)

    def read(self, place: Place) -> tuple[Any, int]:
        return self.kept[place[0]].get(place[1], (None, 0))


@implementer(ISavepointDataManager)
class Session:
    """The part of one transaction in the dictionaries."""

    def __init__(self, dictionaries: Dictionaries, manager: TransactionManager) -> None:
        self._dictionaries = dictionaries
        self.transaction_manager = manager
        self._joined: Any = None
        self._seen: dict[Place, tuple[Any, int]] = {}
        self._written: dict[Place, Any] = {}
        self._locked = False

    def get(self, name: str, key: Any) -> Any:
        """The value, as this transaction sees it."""
        place = self._see(name, key)
        return self._written[place] if place in self._written else self._seen[place][0]

    def set(self, name: str, key: Any, value: Any) -> None:
        """Keep the value at commit; None removes."""
        self._written[self._see(name, key)] = value

    def keys(self, name: str) -> list[Any]:
        """Yield the keys that have a value in this transaction."""
        with self._dictionaries.lock:
            keys = {*self._dictionaries.kept[name], *(key for of, key in self._written if of == name)}
        return [key for key in keys if self.get(name, key) is not None]

    def _see(self, name: str, key: Any) -> Place:
        if self._joined is None:
            self._joined = self.transaction_manager.get()
            self._joined.join(self)
        place = (name, key)
        if place not in self._seen:
            self._seen[place] = self._dictionaries.read(place)
        return place

    def abort(self, _transaction: Any) -> None:
        self._joined = None
        self._seen.clear()
        self._written.clear()

    def tpc_begin(self, _transaction: Any) -> None:
        """Take the lock until the end of the commit."""
        self._dictionaries.lock.acquire()
        self._locked = True

    def commit(self, _transaction: Any) -> None:
        """:raises Conflict: what was written has moved meanwhile."""
        for place in self._written:
            if self._dictionaries.read(place)[1] != self._seen[place][1]:
                raise Conflict(f"{place[0]}: {place[1]!r}")

    def tpc_vote(self, _transaction: Any) -> None:
        """Nothing can go wrong any more."""

    def tpc_finish(self, transaction: Any) -> None:
        for (name, key), value in self._written.items():
            self._dictionaries.kept[name][key] = (value, self._seen[name, key][1] + 1)
        self.tpc_abort(transaction)

    def tpc_abort(self, transaction: Any) -> None:
        if self._locked:  # else another data manager failed before this one began
            self._locked = False
            self._dictionaries.lock.release()
        self.abort(transaction)

    def sortKey(self) -> str:  # noqa: N802  transaction's word
        return f"oidc_op.testing.memory:{id(self._dictionaries)}"

    def savepoint(self) -> Savepoint:
        return Savepoint(self._written)


@implementer(IDataManagerSavepoint)
class Savepoint:
    """The state of a session's writes at a savepoint."""

    def __init__(self, written: dict[Place, Any]) -> None:
        self._written = written
        self._then = dict(written)

    def rollback(self) -> None:
        self._written.clear()
        self._written.update(self._then)

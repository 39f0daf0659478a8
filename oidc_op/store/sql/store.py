"""The store as one request sees it, on a connection of the pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pyramid.decorator import reify
from sqlalchemy import Engine
from zope.interface import implementer

from oidc_op.interfaces import IStore, Request, TransactionManager

from .collections import AccountCollection, ChangeCollection, Collection, ConsentCollection
from .expiring import Expiring
from .grants import GrantCollection, Listing
from .prefetch import Foresight
from .slices import Slices
from .unit_of_work import Work


class Process(NamedTuple):
    """The state that the requests of a process share."""

    engine: Engine
    slices: Slices
    foresight: Foresight
    max_grants_per_client: int


@implementer(IStore)
class SQLStore:
    """Eight collections; a connection is taken from the pool when the first of them is asked something.

    What belongs to a transaction is in its ``Work``, so the store may be used again in the next one.
    """

    def __init__(self, process: Process, manager: TransactionManager) -> None:
        self._process = process
        self._manager = manager
        self._work: Work | None = None

    @reify
    def clients(self) -> Collection:
        return Collection(self._begin, "clients")

    @reify
    def accounts(self) -> AccountCollection:
        return AccountCollection(self._begin, "accounts")

    @reify
    def keys(self) -> Collection:
        return Collection(self._begin, "keys")

    @reify
    def consents(self) -> ConsentCollection:
        return ConsentCollection(self._begin, "consents")

    @reify
    def changes(self) -> ChangeCollection:
        return ChangeCollection(self._begin, "changes")

    @reify
    def grants(self) -> GrantCollection:
        return GrantCollection(self._begin, self._process.slices, Listing(self._begin, self._process.max_grants_per_client))

    @reify
    def sessions(self) -> Expiring:
        return Expiring(self._begin, "sessions", self._process.slices)

    @reify
    def tickets(self) -> Expiring:
        return Expiring(self._begin, "tickets", self._process.slices)

    def prefetch(self, **keys: str) -> None:
        """Records that will be asked for: the first that is brings the others along, in one statement."""
        self._begin().soon.update(keys)

    def relax(self) -> None:
        """Nothing: what was read is gone with its transaction."""

    def _begin(self) -> Work:
        """The work of the transaction that is going on."""
        if self._work is None or self._work.is_over:
            self._work = Work(self._process.engine, self._manager, self._process.foresight)
        return self._work


def open_stores(process: Process) -> Callable[[Any], SQLStore]:
    """The factory of stores: ``(request) -> IStore``."""

    def open_store(request: Request) -> SQLStore:
        return SQLStore(process, request.tm)

    return open_store

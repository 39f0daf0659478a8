"""A store in plain dictionaries: for tests, and as the second witness of what a store promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface import implementer

from oidc_op.interfaces import (
    IStore,
    IStoreBackend,
    IStoreFactory,
    Request,
    TransactionManager,
)
from oidc_op.store import DoneElsewhere, refuse_in_child

from .memory_collections import AccountCollection, ChangeCollection, Collection, ConsentCollection, Expiring, GrantCollection
from .transactional_dict import Dictionaries, Session

if TYPE_CHECKING:
    from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Keep everything in this process and this application, until it ends."""
    dictionaries = Dictionaries()
    bound = config.registry.oidc_settings.max_grants_per_client

    def open_store(request: Request) -> MemoryStore:
        return MemoryStore(dictionaries, request.tm, bound)

    config.registry.registerUtility(refuse_in_child(open_store), IStoreFactory)
    config.registry.registerUtility(MemoryBackend(dictionaries), IStoreBackend)


@implementer(IStoreBackend)
class MemoryBackend:
    """The backend of this store: dictionaries."""

    held_file = None
    keeps_nothing = True

    def __init__(self, dictionaries: Dictionaries) -> None:
        self._dictionaries = dictionaries

    def forget(self) -> None:
        """Begin anew, for the next test."""
        self._dictionaries.kept.clear()

    def close(self) -> None:
        """Do nothing: no file or connection is open."""

    def tend(self) -> None:
        """Do nothing: dictionaries need no maintenance."""

    def pack(self, say: Any, history: int | None = None) -> list[str]:
        raise DoneElsewhere("the store is in memory, where nothing needs packing")

    def back_up(self, folder: Any, say: Any, secret: Any, *, whole: bool) -> list[str]:
        raise DoneElsewhere("the store is in memory, and ends with its process: there is nothing to copy")


@implementer(IStore)
class MemoryStore:
    """Eight collections over one session."""

    def __init__(self, dictionaries: Dictionaries, manager: TransactionManager, max_grants_per_client: int) -> None:
        session = Session(dictionaries, manager)
        self.clients = Collection(session, "clients")
        self.accounts = AccountCollection(session, "accounts")
        self.keys = Collection(session, "keys")
        self.consents = ConsentCollection(session, "consents")
        self.changes = ChangeCollection(session, "changes")
        self.grants = GrantCollection(session, max_grants_per_client)
        self.sessions = Expiring(session, "sessions")
        self.tickets = Expiring(session, "tickets")

    def prefetch(self, **keys: str) -> None:
        """Nothing: reading a record is no round trip."""

    def relax(self) -> None:
        """Nothing: there is no cache."""

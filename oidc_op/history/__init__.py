"""The history of configuration: who changed which client, account or key, when, why, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zope.interface import implementer

from oidc_op.events import ConfigurationChanged
from oidc_op.interfaces import ICollection, IProvider, IStore
from oidc_op.model.change import Change
from oidc_op.model.records import RECORDS, Record
from oidc_op.store import AlreadyExists, Conflict

from .snapshot import told

#: Collections of configuration, by what their records are called. Consents are people's own answers, and leave no trace here.
KINDS = {"client": "clients", "account": "accounts", "key": "keys"}
LONGEST = 500  # characters of who and why


@implementer(IStore)
class HistoryStore:
    """A store in which every change of a client, an account or a key is written down, with ``provider``'s ``by`` and ``why``.

    ``without_history`` is the store itself. What else a store can do is passed on.
    """

    def __init__(self, store: IStore, provider: IProvider) -> None:
        self.without_history = store
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.without_history, name)
        if name in RECORDS:  # found once per request
            if name in KINDS.values():
                found = HistoryCollection(name, found, self.without_history, self._provider)
            self.__dict__[name] = found
        return found

    def renew(self, record: Record) -> None:
        """Put a record whose meaning has not changed, a secret in it being hashed or sealed anew: no history is written."""
        name = next(name for name, kind in RECORDS.items() if type(record) is kind)
        getattr(self.without_history, name).put(record)


@implementer(ICollection)
class HistoryCollection:
    """A collection whose changes are written down; reading costs nothing more."""

    def __init__(self, kind: str, collection: Any, store: IStore, provider: IProvider) -> None:
        self.get = collection.get
        self._kind, self._collection, self._store, self._provider = kind, collection, store, provider

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._collection)

    def add(self, record: Record) -> None:
        """Store a new record, and the change that it is new."""
        self._collection.add(record)
        self._note(record.key, None, record)

    def put(self, record: Record) -> None:
        """Store a record in place of the one there is, and what that changes."""
        before = self.get(record.key)
        self._collection.put(record)
        self._note(record.key, before, record)

    def remove(self, key: str) -> None:
        """Remove a record, and store what it was."""
        before = self.get(key)
        self._collection.remove(key)
        self._note(key, before, None)

    def _note(self, key: str, before: Any, after: Any) -> None:
        was, is_now = told(before), told(after, before)
        if was == is_now:
            return
        provider, changes = self._provider, self._store.changes
        last = changes.last(self._kind, key)
        number = last.number + 1 if last else 1
        change = Change(self._kind, key, number, provider.now, _plain(provider.by), _plain(provider.why), was, is_now)
        try:
            changes.add(change)
        except AlreadyExists as taken:  # by a transaction that was committed meanwhile
            raise Conflict(str(taken)) from taken
        provider.request.registry.notify(ConfigurationChanged(provider, change))


def _plain(text: str) -> str:
    """One line, and no longer than people read."""
    return " ".join(text.split())[:LONGEST]

"""Judging a file before anything is written: is it whole, can its secrets be opened, and what is in the store already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from oidc_op.history import KINDS
from oidc_op.interfaces import IProvider, IStore
from oidc_op.protocol.key_pair import is_pair
from oidc_op.secret import SecretError

from .findings import Findings
from .source import NotImported, Source, Transaction
from .validation import faults_of, sealed_with, shown

SHOWN = 10  # faults that are told one by one
OTHER_SECRET = (
    "the {} of the file is sealed with another master secret: bring the master secret along, the file that oidc.secret_file names "
    "or what is in OIDC_SECRET, and import again"
)
NO_PAIR = "keys: {}: its private key does not belong to its public one; export once more"
DIFFERS = "{}: {} is here already, and differs; --replace takes the one of the file"
REMOVED = "{kind}: {} was removed here since; --replace brings it back without what it was granted, --without {kind} leaves it out"
REMOVED_KEY = "keys: {} ended and was removed here since; with --replace it stays so, and the rest is imported"


class Judge:
    """Reads a file once, beside the store that it is to be imported into."""

    def __init__(self, source: Source, transaction: Transaction, *, may_replace: bool) -> None:
        self._source, self._transaction, self._may_replace = source, transaction, may_replace
        self._counts: Counter[str] = Counter()
        self._histories: Counter[tuple[str, str]] = Counter()
        self._came: set[str] = set()  # the ids of keys
        self._diverged: set[tuple[str, str]] = set()
        self._removed: dict[tuple[str, str], int] = {}
        self._empty: frozenset[str] = frozenset()
        self._has_lived_on = False

    def findings(self) -> Findings:
        """Return what was found.

        :raises Faulty: the file is none, or was altered.
        :raises NotImported: a record is unsound, a secret cannot be opened, or something is in the way in the store.
        """
        faults, count = list[str](), 0
        for fault in self._faults():
            count += 1
            faults += [fault] if count <= SHOWN else []
        if faults:
            raise NotImported("nothing was imported:", *faults, *([f"and {count - SHOWN} more"] if count > SHOWN else []))
        with self._transaction() as provider:
            strange = self._strange_keys(provider)
        diverged = frozenset(self._diverged)
        return Findings(self._counts, self._empty, self._histories, diverged, self._removed, self._has_lived_on, strange)

    def _faults(self) -> Iterator[str]:
        """Look for faults of the file, record by record, and then as a whole."""
        kinds = self._source.kinds
        with self._transaction() as provider:
            store = provider.store.without_history
            self._empty = frozenset(kind for kind in {*kinds, "changes"} if next(iter(getattr(store, kind)), None) is None)
            unknown = sum(1 for _ in store.changes)  # changes here that the file does not have
            store.relax()
        for batch in self._source.batches("read", {*kinds, "changes"}):
            with self._transaction() as provider:
                for kind, record in batch:
                    if kind == "changes" and "changes" not in self._empty:
                        unknown -= provider.store.without_history.changes.get(record.key) == record
                    if kind in kinds:
                        self._counts[kind] += 1
                        yield from self._faults_of(provider, kind, record)
                provider.store.without_history.relax()
        self._has_lived_on = unknown > 0
        yield from self._revived()

    def _faults_of(self, provider: IProvider, kind: str, record: Any) -> Iterator[str]:
        """Look for faults of a record, and for records in its way; remember the parts that are needed later.

        :raises NotImported: its secret cannot be opened.
        """
        if kind == "changes":
            self._histories[record.kind, record.name] += 1
        if sealed := sealed_with(record):
            _check_opens(provider, *sealed)
        yield from faults_of(kind, record)
        if kind == "keys":
            self._came.add(record.kid)
            if not is_pair(provider.secret, record):
                yield NO_PAIR.format(shown(record.kid))
        yield from self._in_the_way(provider.store.without_history, kind, record)

    def _in_the_way(self, store: IStore, kind: str, record: Any) -> Iterator[str]:
        there = None if kind in self._empty else getattr(store, kind).get(record.key)
        if there is None:
            if kind in KINDS.values() and "changes" not in self._empty and (count := _removed_after(store, kind, record.key)):
                self._removed[kind, record.key] = count
            if kind == "accounts" and kind not in self._empty and record.username and (other := store.accounts.named(record.username)):
                yield f"accounts: {shown(record.username)} is another account here, {other.sub}"
        elif there != record:
            if kind == "changes":
                self._diverged.add((record.kind, record.name))
            if not self._may_replace:
                yield DIFFERS.format(kind, shown(record.key))

    def _revived(self) -> Iterator[str]:
        """Yield a fault for each record that was removed here, and that the file would bring back without a history that explains it."""
        known = {name for name, count in self._removed.items() if name not in self._diverged and self._histories[name] > count}
        for name in known:
            del self._removed[name]
        if not self._may_replace:
            for kind, key in self._removed:
                yield (REMOVED_KEY if kind == "keys" else REMOVED).format(shown(key), kind=kind)

    def _strange_keys(self, provider: IProvider) -> tuple[str, ...]:
        """Return the ids of keys that may sign here and did not come with the file, where keys did that clients know."""
        here = provider.store.keys.records()
        return tuple(key.kid for key in here if key.kid not in self._came and not key.retired_at) if self._came else ()


def _check_opens(provider: IProvider, purpose: str, sealed: str, what: str) -> None:
    try:
        provider.secret.unseal(purpose, sealed)
    except SecretError as error:
        raise NotImported(OTHER_SECRET.format(what)) from error


def _removed_after(store: IStore, kind: str, key: str) -> int:
    """Return how many changes there are of a record, where the last of them removed it; else 0."""
    keys = store.changes.of(kind, key)
    last = store.changes.get(keys[-1]) if keys else None
    return len(keys) if last is not None and not last.after else 0

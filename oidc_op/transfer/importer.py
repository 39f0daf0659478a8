"""Import: what a file holds, put into a store batch by batch, so that it may be interrupted and begun again."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from transaction.interfaces import TransientError

from oidc_op.history import KINDS
from oidc_op.interfaces import IProvider, IStore
from oidc_op.model.records import EXPIRING
from oidc_op.protocol.key_pair import is_pair
from oidc_op.secret import MasterSecret, SecretError
from oidc_op.store import AlreadyExists, StoreUnavailable

from . import has_ended
from .exporter import as_listed
from .file_format import Header, Reader
from .merge import again, replaced
from .validation import faults_of, sealed_with, shown

log = logging.getLogger(__name__)
BATCH = 1000  # records of one transaction
SHOWN = 10  # faults that are told one by one
OTHER_SECRET = (
    "the {} of the file is sealed with another master secret: bring the master secret along, the file that oidc.secret_file names "
    "or what is in OIDC_SECRET, and import again"
)
NO_PAIR = "keys: {}: its private key does not belong to its public one; export once more"
DIFFERS = "{}: {} is here already, and differs; --replace takes the one of the file"
REMOVED = "{kind}: {} was removed here since; --replace brings it back without what it was granted, --without {kind} leaves it out"
REMOVED_KEY = "keys: {} ended and was removed here since; with --replace it stays so, and the rest is imported"
MAY_END = (*EXPIRING, "consents")  # in ways that leave no trace

Transaction = Callable[[], AbstractContextManager[Any]]


class NotImported(ValueError):
    """Why something was not imported; a line each."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class Import:
    """One import of ``file``, which is read several times: to judge it, to write, and to compare what was written.

    ``transaction`` opens a transaction and gives the provider in it, and commits at its end. ``tell`` is told what is being
    done, and how many records so far. ``now`` (seconds since the epoch) says what has ended by then.
    """

    file: IO[bytes]
    transaction: Transaction
    kinds: tuple[str, ...]
    now: int
    may_replace: bool = False
    tell: Callable[[str, int], None] = lambda doing, count: None
    counts: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    secret: MasterSecret = field(init=False)
    empty: frozenset[str] = frozenset()  # collections in which nothing is yet, and need not be asked for
    strange: list[str] = field(default_factory=list)
    histories: Counter[tuple[str, str]] = field(default_factory=Counter)
    came: set[str] = field(default_factory=set)  # kids
    diverged: set[tuple[str, str]] = field(default_factory=set)
    removed: dict[tuple[str, str], int] = field(default_factory=dict)  # here; and how many changes there are of each
    has_lived_on: bool = False  # the store, since the file was made: something may have ended in it
    left_out: Counter[str] = field(default_factory=Counter)  # of what may have ended there
    kept: int = 0  # records that are in the store for good

    def run(self) -> Header:
        """Judge all of it, then write it, then see that it is there.

        :raises Faulty: the file is none, or was altered; nothing was imported.
        :raises NotImported: the store or the master secret is in the way; it says what was imported.
        """
        with self.transaction() as provider:
            self.secret = provider.secret
        header = self._judge()
        for batch in self._batches("imported"):
            try:
                with self.transaction() as provider:
                    for kind, record in batch:
                        self._write(provider, kind, record)
            except AlreadyExists as taken:
                raise NotImported(f"{taken} is twice in the file, or somebody else added it meanwhile", self._so_far) from taken
            except (TransientError, StoreUnavailable):
                raise
            except Exception as error:  # each store has its own
                log.exception("the store does not take what the file has")
                told = " ".join(str(error).split())[:200]
                raise NotImported(f"the store does not take what the file has: {type(error).__name__}: {told}", self._so_far) from error
            self.kept = self.written.total()
        self._compare()
        return header

    @property
    def _so_far(self) -> str:
        return f"{self.kept} records were written before; what is right stays" if self.kept else "nothing was imported"

    def _judge(self) -> Header:
        """See that the file is whole, that its secrets can be opened, and what of it is there otherwise."""
        faults, count = list[str](), 0
        for fault in self._all_faults():
            count += 1
            faults += [fault] if count <= SHOWN else []
        if faults:
            raise NotImported("nothing was imported:", *faults, *([f"and {count - SHOWN} more"] if count > SHOWN else []))
        with self.transaction() as provider:
            self.strange = self._strange_keys(provider)
        return self._reader().header

    def _all_faults(self) -> Iterator[str]:
        """Look for faults of the file, record by record, and then as a whole."""
        with self.transaction() as provider:
            store = provider.store.without_history
            self.empty = frozenset(kind for kind in {*self.kinds, "changes"} if next(iter(getattr(store, kind)), None) is None)
            unknown = sum(1 for _ in store.changes)  # changes here that the file does not have
            store.relax()
        for batch in self._batches("read", {*self.kinds, "changes"}):
            with self.transaction() as provider:
                for kind, record in batch:
                    if kind == "changes" and "changes" not in self.empty:
                        unknown -= provider.store.without_history.changes.get(record.key) == record
                    if kind in self.kinds:
                        self.counts[kind] += 1
                        yield from self._faults(provider, kind, record)
                provider.store.without_history.relax()
        self.has_lived_on = unknown > 0
        yield from self._revived()

    def _faults(self, provider: IProvider, kind: str, record: Any) -> Iterator[str]:
        """Look for faults of a record, and for records in its way; remember the parts that are needed later.

        :raises NotImported: its secret cannot be opened.
        """
        if kind == "changes":
            self.histories[record.kind, record.name] += 1
        if sealed := sealed_with(record):
            _check_opens(provider, *sealed)
        yield from faults_of(kind, record)
        if kind == "keys":
            self.came.add(record.kid)
            if not is_pair(provider.secret, record):
                yield NO_PAIR.format(shown(record.kid))
        yield from self._in_the_way(provider.store.without_history, kind, record)

    def _in_the_way(self, store: IStore, kind: str, record: Any) -> Iterator[str]:
        there = None if kind in self.empty else getattr(store, kind).get(record.key)
        if there is None:
            if kind in KINDS.values() and "changes" not in self.empty and (count := _removed_after(store, kind, record.key)):
                self.removed[kind, record.key] = count
            if kind == "accounts" and kind not in self.empty and record.username and (other := store.accounts.named(record.username)):
                yield f"accounts: {shown(record.username)} is another account here, {other.sub}"
        elif there != record:
            if kind == "changes":
                self.diverged.add((record.kind, record.name))
            if not self.may_replace:
                yield DIFFERS.format(kind, shown(record.key))

    def _revived(self) -> Iterator[str]:
        """Return the records that were removed here, and that the file would bring back although its history does not explain it."""
        known = {name for name, count in self.removed.items() if name not in self.diverged and self.histories[name] > count}
        for name in known:
            del self.removed[name]
        if not self.may_replace:
            for kind, key in self.removed:
                yield (REMOVED_KEY if kind == "keys" else REMOVED).format(shown(key), kind=kind)

    def _strange_keys(self, provider: IProvider) -> list[str]:
        """Keys that sign here and did not come with the file, where keys did that clients know."""
        here = provider.store.keys.records()
        return [key.kid for key in here if key.kid not in self.came and not key.retired_at] if self.came else []

    def _write(self, provider: IProvider, kind: str, record: Any) -> None:
        """Keep one record; what is replaced without a history that explains it is a change that the history tells."""
        if kind == "changes" and (record.kind, record.name) in self.diverged:
            return
        store = provider.store.without_history
        there = None if kind in self.empty else getattr(store, kind).get(record.key)
        if there is None:
            if self._stays_away(kind, record):
                self.left_out[kind] += 1
                return
            if (kind, record.key) in self.removed:
                getattr(provider.store, kind).add(again(record, self.now))
            else:
                getattr(store, kind).add(record)
        elif there != record:
            there = as_listed(store, there)
            if (record := replaced(there, record, self.now)) == there:
                return
            getattr(store if self._is_explained(store, kind, record) else provider.store, kind).put(record)
        else:
            return
        self.written[kind] += 1

    def _stays_away(self, kind: str, record: Any) -> bool:
        """Whether a record that is absent here stays so: a removed key always, one that may have ended unless it was asked for."""
        if kind in MAY_END:
            return self.has_lived_on and not self.may_replace
        return kind == "keys" and (kind, record.key) in self.removed

    def _is_explained(self, store: IStore, kind: str, record: Any) -> bool:
        """Whether the file's history of a record goes on where the one here ends, or it has none."""
        name = (kind, record.key)
        return kind not in KINDS.values() or (name not in self.diverged and len(store.changes.of(*name)) < self.histories[name])

    def _compare(self) -> None:
        """:raises NotImported: a record is not there as the file has it."""
        missing = Counter[str]()
        for batch in self._batches("compared"):
            with self.transaction() as provider:
                store = provider.store.without_history
                for kind, record in batch:
                    missing[kind] += not self._is_there(store, kind, record)
                store.relax()
        if any(missing.values()):
            told = ", ".join(f"{count} of {self.counts[kind]} {kind}" for kind, count in missing.items() if count)
            raise NotImported(f"{told} are not in the store as the file has them: somebody changed it meanwhile; import again")

    def _is_there(self, store: IStore, kind: str, record: Any) -> bool:
        if kind == "changes" and (record.kind, record.name) in self.diverged:
            return True
        there = getattr(store, kind).get(record.key)
        if there is None:
            return self._stays_away(kind, record)
        if there == record:
            return True
        there = as_listed(store, there)
        return self.may_replace and replaced(there, record, self.now) == there

    def _batches(self, doing: str, kinds: Collection[str] = ()) -> Iterator[list[tuple[str, Any]]]:
        """Yield the records to import, or those of these kinds, in batches."""
        kinds = kinds or self.kinds
        wanted = ((kind, record) for kind, record in self._reader() if kind in kinds and not has_ended(kind, record, self.now))
        done = 0
        while batch := list(islice(wanted, BATCH)):
            yield batch
            done += len(batch)
            self.tell(doing, done)

    def _reader(self) -> Reader:
        self.file.seek(0)
        return Reader(self.file, self.secret)


def _check_opens(provider: IProvider, purpose: str, sealed: str, what: str) -> None:
    try:
        provider.secret.unseal(purpose, sealed)
    except SecretError as error:
        raise NotImported(OTHER_SECRET.format(what)) from error


def _removed_after(store: IStore, kind: str, key: str) -> int:
    """How many changes there are of a record, the last of which removed it; else 0."""
    keys = store.changes.of(kind, key)
    last = store.changes.get(keys[-1]) if keys else None
    return len(keys) if last is not None and not last.after else 0

"""Import: what a file holds, put into a store batch by batch, so that it may be interrupted and begun again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from oidc_op.journal import KINDS
from oidc_op.protocol.client_secret import PURPOSE
from oidc_op.protocol.keys import SEAL
from oidc_op.secret import SecretError
from oidc_op.store import AlreadyExists

from . import has_ended
from .lines import Header, Reader
from .outgoing import records, relax

BATCH = 1000  # records of one transaction
SHOWN = 10  # faults that are told one by one
OTHER_SECRET = (
    "the {} of the file is sealed with another master secret: bring the master secret along, the file that oidc.secret_file names "
    "or what is in OIDC_SECRET, and import again"
)

Transaction = Callable[[], AbstractContextManager[Any]]


class NotImported(ValueError):
    """Why nothing was imported; a line each."""

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
    empty: frozenset[str] = frozenset()  # collections in which nothing is yet, and need not be asked for
    strange: list[str] = field(default_factory=list)
    histories: Counter[tuple[str, str]] = field(default_factory=Counter)
    came: set[str] = field(default_factory=set)  # kids
    diverged: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> Header:
        """Judge all of it, then write it, then see that it is there.

        :raises Faulty: the file is none, or was altered; nothing was imported.
        :raises NotImported: the store or the master secret is in the way; nothing was imported.
        """
        header = self._judge()
        for batch in self._batches("imported"):
            with self.transaction() as provider:
                for kind, record in batch:
                    self._write(provider, kind, record)
        self._compare()
        return header

    def _judge(self) -> Header:
        """See that the file is whole, that its secrets can be opened, and what of it is there otherwise."""
        faults, count = list[str](), 0
        with self.transaction() as provider:
            store = provider.store.unjournaled
            self.empty = frozenset(kind for kind in self.kinds if next(iter(getattr(store, kind)), None) is None)
        for batch in self._batches("read"):
            with self.transaction() as provider:
                for kind, record in batch:
                    self.counts[kind] += 1
                    self._look(provider, kind, record)
                    for fault in self._faults(provider, kind, record):
                        count += 1
                        faults += [fault] if count <= SHOWN else []
                relax(provider.store.unjournaled)
        if faults:
            raise NotImported("nothing was imported:", *faults, *([f"and {count - SHOWN} more"] if count > SHOWN else []))
        with self.transaction() as provider:
            self.strange = self._strange_keys(provider)
        return self._reader().header

    def _look(self, provider: Any, kind: str, record: Any) -> None:
        """Remember what is needed of a record, and see that its secret can be opened.

        :raises NotImported: it cannot.
        """
        if kind == "changes":
            self.histories[record.kind, record.name] += 1
        if kind == "keys":
            self.came.add(record.kid)
            if not record.retired_at:
                _check_opens(provider, SEAL, record.sealed, f"key {record.kid}")
        if kind == "clients" and record.client_secret_sealed:
            _check_opens(provider, PURPOSE, record.client_secret_sealed, f"secret of {record.client_id}")

    def _faults(self, provider: Any, kind: str, record: Any) -> Iterator[str]:
        """What is in the way of a record."""
        store = provider.store.unjournaled
        if kind in self.empty:
            return
        there = getattr(store, kind).get(record.key)
        if there is None:
            if kind == "accounts" and record.username and (other := store.accounts.named(record.username)):
                yield f"accounts: {record.username} is another account here, {other.sub}"
        elif there != record:
            if kind == "changes":
                self.diverged.add((record.kind, record.name))
            if not self.may_replace:
                yield f"{kind}: {record.key.replace(chr(9), ' ')} is here already, and differs; --replace takes the one of the file"

    def _strange_keys(self, provider: Any) -> list[str]:
        """Keys that sign here and did not come with the file, where keys did that clients know."""
        here = records(provider.store.unjournaled, "keys")
        return [key.kid for key in here if key.kid not in self.came and not key.retired_at] if self.came else []

    def _write(self, provider: Any, kind: str, record: Any) -> None:
        """Keep one record; what is replaced without a history that explains it is a change that the journal tells."""
        if kind == "changes" and (record.kind, record.name) in self.diverged:
            return
        store = provider.store.unjournaled
        there = None if kind in self.empty else getattr(store, kind).get(record.key)
        if there is None:
            try:
                getattr(store, kind).add(record)
            except AlreadyExists as taken:
                raise NotImported(f"{kind}: {taken} is twice in the file, or somebody else added it meanwhile") from taken
        elif there != record:
            getattr(store if self._is_explained(store, kind, record) else provider.store, kind).put(record)
        else:
            return
        self.written[kind] += 1

    def _is_explained(self, store: Any, kind: str, record: Any) -> bool:
        """Whether the file's history of a record goes on where the one here ends, or it has none."""
        name = (kind, record.key)
        return kind not in KINDS.values() or (name not in self.diverged and len(store.changes.of(*name)) < self.histories[name])

    def _compare(self) -> None:
        """:raises NotImported: a record is not there as the file has it."""
        missing = Counter[str]()
        for batch in self._batches("compared"):
            with self.transaction() as provider:
                store = provider.store.unjournaled
                for kind, record in batch:
                    if getattr(store, kind).get(record.key) != record and not self._stays(kind, record):
                        missing[kind] += 1
                relax(store)
        if missing:
            told = ", ".join(f"{count} of {self.counts[kind]} {kind}" for kind, count in missing.items())
            raise NotImported(f"{told} are not in the store as the file has them: somebody changed it meanwhile; import again")

    def _stays(self, kind: str, record: Any) -> bool:
        return kind == "changes" and (record.kind, record.name) in self.diverged

    def _batches(self, doing: str) -> Iterator[list[tuple[str, Any]]]:
        """What is to be imported, so many records at a time."""
        wanted = ((kind, record) for kind, record in self._reader() if kind in self.kinds and not has_ended(kind, record, self.now))
        done = 0
        while batch := list(islice(wanted, BATCH)):
            yield batch
            done += len(batch)
            self.tell(doing, done)

    def _reader(self) -> Reader:
        self.file.seek(0)
        return Reader(self.file)


def _check_opens(provider: Any, purpose: str, sealed: str, what: str) -> None:
    try:
        provider.secret.unseal(purpose, sealed)
    except SecretError as error:
        raise NotImported(OTHER_SECRET.format(what)) from error

"""Import: the records of a file, put into a store batch by batch, so that it may be interrupted and begun again."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from transaction.interfaces import TransientError

from oidc_op.interfaces import IProvider, IStore
from oidc_op.model.change import Change
from oidc_op.model.records import Record
from oidc_op.store import AlreadyExists, StoreUnavailable

from .exporter import as_listed
from .file_format import Header
from .findings import Findings
from .judge import Judge
from .merge import again, replaced
from .source import NotImported, Source, Transaction

__all__ = ["Import", "NotImported"]

log = logging.getLogger(__name__)


@dataclass
class Import:
    """One import of ``file``: judged, written, and compared with the store.

    ``transaction`` opens a transaction and gives the provider in it, and commits at its end. ``tell`` is called with what is
    being done, and with the number of records so far. ``now`` is seconds since the epoch: what has ended by then is left out.
    """

    file: IO[bytes]
    transaction: Transaction
    kinds: tuple[str, ...]
    now: int
    may_replace: bool = False
    tell: Callable[[str, int], None] = lambda doing, count: None
    counts: Counter[str] = field(default_factory=Counter)  # records of the file, by kind
    written: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)  # since they may have ended in the store
    strange: list[str] = field(default_factory=list)  # ids of keys that may sign here, and that the file does not have
    kept: int = 0  # records that are in the store for good

    def run(self) -> Header:
        """Judge all of it, then write it, then see that it is there.

        :raises Faulty: the file is none, or was altered; nothing was imported.
        :raises NotImported: the store or the master secret is in the way; it says what was imported.
        """
        with self.transaction() as provider:
            source = Source(self.file, provider.secret, self.kinds, self.now, self.tell)
        findings = Judge(source, self.transaction, may_replace=self.may_replace).findings()
        self.counts, self.strange = findings.counts, list(findings.strange)
        self._write_all(source, findings)
        self._compare(source, findings)
        return source.reader().header

    def _write_all(self, source: Source, findings: Findings) -> None:
        for batch in source.batches("imported"):
            try:
                with self.transaction() as provider:
                    for kind, record in batch:
                        self._write(provider, findings, kind, record)
            except AlreadyExists as taken:
                raise NotImported(f"{taken} is twice in the file, or somebody else added it meanwhile", self._so_far) from taken
            except (TransientError, StoreUnavailable):
                raise
            except Exception as error:  # each store has its own
                log.exception("the store does not take what the file has")
                told = " ".join(str(error).split())[:200]
                raise NotImported(f"the store does not take what the file has: {type(error).__name__}: {told}", self._so_far) from error
            self.kept = self.written.total()

    @property
    def _so_far(self) -> str:
        return f"{self.kept} records were written before; what is right stays" if self.kept else "nothing was imported"

    def _write(self, provider: IProvider, findings: Findings, kind: str, record: Record) -> None:
        """Keep one record; one that is replaced, and whose history does not explain it, is a change that the history tells."""
        if isinstance(record, Change) and (record.kind, record.name) in findings.diverged:
            return
        store = provider.store.without_history
        there = findings.get(store, kind, record.key)
        if there is None:
            if findings.stays_away(kind, record, may_replace=self.may_replace):
                self.left_out[kind] += 1
                return
            if (kind, record.key) in findings.removed:
                getattr(provider.store, kind).add(again(record, self.now))
            else:
                getattr(store, kind).add(record)
        elif there != record:
            there = as_listed(store, there)
            if (record := replaced(there, record, self.now)) == there:
                return
            getattr(store if findings.is_explained(store, kind, record) else provider.store, kind).put(record)
        else:
            return
        self.written[kind] += 1

    def _compare(self, source: Source, findings: Findings) -> None:
        """:raises NotImported: a record is not there as the file has it."""
        missing = Counter[str]()
        for batch in source.batches("compared"):
            with self.transaction() as provider:
                store = provider.store.without_history
                for kind, record in batch:
                    missing[kind] += not self._is_there(store, findings, kind, record)
                store.relax()
        if any(missing.values()):
            told = ", ".join(f"{count} of {self.counts[kind]} {kind}" for kind, count in missing.items() if count)
            raise NotImported(f"{told} are not in the store as the file has them: somebody changed it meanwhile; import again")

    def _is_there(self, store: IStore, findings: Findings, kind: str, record: Record) -> bool:
        if isinstance(record, Change) and (record.kind, record.name) in findings.diverged:
            return True
        there = getattr(store, kind).get(record.key)
        if there is None:
            return findings.stays_away(kind, record, may_replace=self.may_replace)
        if there == record:
            return True
        there = as_listed(store, there)
        return self.may_replace and replaced(there, record, self.now) == there

"""The comparison of a file with a store, made before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from oidc_op.history import KINDS
from oidc_op.interfaces import IStore
from oidc_op.model.records import EXPIRING, Record

MAY_END = (*EXPIRING, "consents")  # in ways that leave no trace


@dataclass(frozen=True)
class Findings:
    """The file compared with the store, once it was found sound.

    ``counts`` are the records to import by kind. ``empty`` are the collections in which nothing was, and need not be asked
    for. ``histories`` is the number of the file's changes of each record, by kind and name; ``diverged`` are the records whose
    history here is another one. ``removed`` are records that were removed here, with the number of changes of each.
    ``has_lived_on`` says that the store was used since the file was made, so that something may have ended in it.
    ``strange`` are the ids of keys that may sign here, and that the file does not have.
    """

    counts: Counter[str]
    empty: frozenset[str]
    histories: Counter[tuple[str, str]]
    diverged: frozenset[tuple[str, str]]
    removed: Mapping[tuple[str, str], int]
    has_lived_on: bool
    strange: tuple[str, ...]

    def get(self, store: IStore, kind: str, key: str) -> Record | None:
        """Return the record that is in the store."""
        found: Record | None = None if kind in self.empty else getattr(store, kind).get(key)
        return found

    def stays_away(self, kind: str, record: Record, *, may_replace: bool) -> bool:
        """Whether a record that is absent here stays so: a removed key always, one that may have ended unless it was asked for."""
        if kind in MAY_END:
            return self.has_lived_on and not may_replace
        return kind == "keys" and (kind, record.key) in self.removed

    def is_explained(self, store: IStore, kind: str, record: Record) -> bool:
        """Whether the file's history of a record goes on where the one here ends, or it has none."""
        name = (kind, record.key)
        return kind not in KINDS.values() or (name not in self.diverged and len(store.changes.of(*name)) < self.histories[name])

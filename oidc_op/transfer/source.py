"""The file of an import, which is read several times: to judge it, to write its records, and to compare what was written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from oidc_op.secret import MasterSecret

from . import has_ended
from .file_format import Reader

BATCH = 1000  # records of one transaction

#: Opens a transaction and gives the provider in it; commits at its end.
Transaction = Callable[[], AbstractContextManager[Any]]


class NotImported(ValueError):
    """Why something was not imported; a line each."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Source:
    """A file, the kinds of records that are imported from it, and the moment ``now`` (seconds since the epoch) of the import.

    ``tell`` is called with what is being done, and with the number of records so far.
    """

    file: IO[bytes]
    secret: MasterSecret
    kinds: tuple[str, ...]
    now: int
    tell: Callable[[str, int], None]

    def reader(self) -> Reader:
        """Begin to read at the first line."""
        self.file.seek(0)
        return Reader(self.file, self.secret)

    def batches(self, doing: str, kinds: Collection[str] = ()) -> Iterator[list[tuple[str, Any]]]:
        """Yield the records to import, or those of these kinds, in batches."""
        kinds = kinds or self.kinds
        wanted = ((kind, record) for kind, record in self.reader() if kind in kinds and not has_ended(kind, record, self.now))
        done = 0
        while batch := list(islice(wanted, BATCH)):
            yield batch
            done += len(batch)
            self.tell(doing, done)

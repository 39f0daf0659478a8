"""Collections whose records expire: rows that begin with the moment from which they may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IExpiring
from oidc_op.model.handle import read_key, slice_ends_at

from .collections import Collection
from .slices import Slices
from .unit_of_work import NONE, Kept, Work


@implementer(IExpiring)
class Expiring(Collection):
    """Records of one class; ``slices`` knows how those that ended are dropped."""

    def __init__(self, begin: Callable[[], Work], name: str, slices: Slices) -> None:
        super().__init__(begin, name)
        self._slices = slices

    def add(self, record: Any) -> None:
        """:raises ValueError: its key is not one that ``oidc_op.model.handle`` makes."""
        ends_at = slice_ends_at(read_key(record.key)[0])
        self._slices.make(self.work, self.name, ends_at)
        super().add(record)

    def __iter__(self) -> Iterator[str]:
        """Keys, in order of their slices' ends."""
        ends_at = self._dropped
        while True:
            ends_at = self.work.read(self.said.next_end, {"after": ends_at}).scalar()
            if ends_at is None:
                return
            yield from self._pages(self.said.in_slice, "", ends_at=ends_at)

    def purge(self, now: int) -> int:
        dropped = self._slices.purge(self.work, self.name, now)
        if dropped:
            self._forget()
        return dropped

    def sweep(self, now: int) -> bool:
        return self._slices.sweep(self.work, self.name, now)

    def __len__(self) -> int:
        return int(self.work.read(self.said.count, {"after": self._dropped}).scalar())

    @property
    def _dropped(self) -> int:
        """Drop the records that have ended by ``now`` when this transaction is committed; it does not see them any more."""
        return self.work.hidden.get(self.name, 0)

    def _kept(self, key: str) -> Kept:
        kept = super()._kept(key)
        if kept.record is not None and self.work.hidden and slice_ends_at(read_key(key)[0]) <= self._dropped:
            return NONE
        return kept

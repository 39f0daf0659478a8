"""Reading the records of a collection, each once in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from oidc_op.interfaces import JSONObject
from oidc_op.model.handle import read_key, slice_ends_at
from oidc_op.model.records import EXPIRING, RECORDS

from .grant_listing import Listed
from .prefetch import Keys
from .statements import PAGE, read_several, statements
from .unit_of_work import NONE, Kept, Work
from .values import Codec

CODECS = {name: Codec(kind, named=name not in EXPIRING) for name, kind in RECORDS.items()} | {"listed": Codec(Listed)}


class Reading:
    """The records of the collection ``name``, in the transaction that ``begin`` finds or begins."""

    def __init__(self, begin: Callable[[], Work], name: str) -> None:
        self._begin = begin
        self.name = name
        self.said = statements(name)
        self.codec = CODECS[name]

    @property
    def work(self) -> Work:
        """The transaction that is going on."""
        return self._begin()

    def get(self, key: str) -> Any:
        return self._kept(key).record

    def __iter__(self) -> Iterator[str]:
        """Keys, in order."""
        return self._pages(self.said.page, "")

    def records(self) -> Iterator[Any]:
        """Return all records, in the order of their keys."""
        return (record for key in self if (record := self.get(key)) is not None)

    def _pages(self, statement: Any, last: str, **values: Any) -> Iterator[str]:
        """Keys after ``last``; their records come with them, and need not be read again."""
        while True:
            page = self.work.read(statement, {"after": last, **values}).all()
            for key, version, value in page:
                self._meet(key, version, value)
                yield key
            if len(page) < PAGE:
                return
            last = page[-1].key

    def _kept(self, key: str) -> Kept:
        work = self.work
        known = work.met.get((self.name, key))
        if known is not None:
            return known
        place = place_of(self.name, key)
        if place is None:
            return NONE
        wanted = work.foresight.wanted(work.soon, self.name, key)
        if len(wanted) > 1:
            _read_together(work, wanted)
            return work.met[self.name, key]
        row = work.read(self.said.read, {f"its_{column}": value for column, value in place.items()}).first()
        return work.meet(self.name, key, NONE) if row is None else _read(work, self.name, key, *row)

    def _meet(self, key: str, version: int, value: str) -> Kept:
        """The record of a row that was read, unless it is known."""
        work = self.work
        return work.met.get((self.name, key)) or work.meet(self.name, key, Kept(self.codec.read(value), version))

    def _forget(self) -> None:
        """Forget the rows of this collection that were read."""
        self.work.met = {place: kept for place, kept in self.work.met.items() if place[0] != self.name}


def place_of(name: str, key: str) -> JSONObject | None:
    """Return the columns that select the record with this key; None where the key is none of ours."""
    if name in EXPIRING:
        try:
            return {"ends_at": slice_ends_at(read_key(key)[0]), "key": key}
        except ValueError:
            return None
    return {"key": key} if storable(key) else None


def storable(text: str) -> bool:
    """Whether a database can hold this text: PostgreSQL takes no NUL, and UTF-8 no half of a pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _read(work: Work, name: str, key: str, version: int, value: str) -> Kept:
    """The record of a row that was asked for; what goes with it will be, too."""
    record = CODECS[name].read(value)
    work.soon |= work.foresight.note(name, record)
    return work.meet(name, key, Kept(record, version))


def _read_together(work: Work, wanted: Keys) -> None:
    """Read these records in one statement, unless they are known."""
    values: JSONObject = {}
    names = []
    for name, key in wanted.items():
        place = None if (name, key) in work.met else place_of(name, key)
        if place is not None:
            names.append(name)
            values |= {f"{name}_{column}": value for column, value in place.items()}
    work.make_room(len(names))
    for name, key, version, value in work.read(read_several(names), values).all():
        _read(work, name, key, version, value)
    for name in names:
        work.met.setdefault((name, wanted[name]), NONE)

"""A change of what is configured: who made it, when and why, and what the record said before and after."""

from __future__ import annotations

from dataclasses import dataclass

LAST = 99_999_999  # number of a change


def change_key(kind: str, name: str, number: int) -> str:
    """The key of the ``number``-th change, counted from 1, of the record ``name`` in the collection ``kind``."""
    return f"{kind}\t{name}\t{number:08}"


def change_keys(kind: str, name: str) -> tuple[str, str]:
    """The first and the last key that a change of this record may have."""
    return change_key(kind, name, 0), change_key(kind, name, LAST)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record.

    ``kind`` is the collection (``clients``, ``accounts``, ``keys``) and ``name`` the key of the record in it. ``at`` is seconds
    since the epoch. ``before`` and ``after`` are the text of JSON objects, without secrets; "" where there was, or is, no record.
    """

    kind: str
    name: str
    number: int
    at: int = 0
    by: str = ""
    why: str = ""
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        return change_key(self.kind, self.name, self.number)

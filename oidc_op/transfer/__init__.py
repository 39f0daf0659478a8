"""Moving what a store holds into another one, of whatever kind, by way of a file: JSON Lines that can be read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from oidc_op.model.records import CONFIGURATION, EXPIRING, RECORDS

#: Names for several of what is moved, which is done in the order of ``RECORDS``.
GROUPS = {"configuration": CONFIGURATION, "expiring": EXPIRING}


def chosen(only: Iterable[str] = (), without: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of what is moved: ``only`` these, or all, and not those ``without``.

    :raises ValueError: there is nothing called that, or nothing is left.
    """
    wanted, unwanted = set(_named(only)) or set(RECORDS), set(_named(without))
    names = tuple(name for name in RECORDS if name in wanted - unwanted)
    if not names:
        raise ValueError("nothing is left to be moved")
    return names


def _named(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name not in RECORDS and name not in GROUPS:
            raise ValueError(f"there is nothing called {name!r} to be moved; there are {', '.join((*GROUPS, *RECORDS))}")
        yield from GROUPS.get(name, (name,))


def has_ended(kind: str, record: Any, now: int) -> bool:
    """Whether nothing hangs from it any more, so that it need not be moved."""
    if kind == "keys":
        return not record.is_published(now)
    return kind in (*EXPIRING, "consents") and record.expires_at <= now

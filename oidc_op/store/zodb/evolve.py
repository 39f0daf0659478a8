"""How stored things that an older version wrote become what this one reads: numbered steps, each done once.

A field that a record gained since needs none: it has its default. A step is a function of what lies under our root key in
one database; it stands in ``STEPS`` under the number that the schema has before it, with what it does in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from BTrees.OOBTree import OOBTree

NUMBER = "schema"  # where it is kept what shape stored things have


class Step(NamedTuple):
    """One step; True is returned where there was something to do in this database."""

    words: str
    take: Callable[[Any], bool]


def _with_changes(ours: Any) -> bool:
    """Make the collection of changes, which lies beside the clients."""
    if "clients" not in ours or "changes" in ours:
        return False
    ours["changes"] = OOBTree()
    return True


STEPS: dict[int, Step] = {
    1: Step("changes of what is configured are kept, with who made them and why", _with_changes),
}
NEWEST = max(STEPS) + 1  # what this version reads and writes


def evolve(ours: Any) -> Iterator[str]:
    """Take the steps that are missing; what each did, in words."""
    for number in range(ours[NUMBER], NEWEST):
        if STEPS[number].take(ours):
            yield STEPS[number].words
        ours[NUMBER] = number + 1

"""How a record becomes a tuple of plain values, and back: what ZODB writes, and what is in a sealed code.

A record is made again from a tuple shorter than its class has fields by now: fields added later have defaults, and stand last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]


class Part(NamedTuple):
    """A field that holds dataclasses: where it stands, and how it is turned."""

    place: int
    flatten: Turn
    restore: Turn


class Shape:
    """How a dataclass becomes a tuple, and back; dataclasses inside it, alone or in a tuple, become tuples too.

    What there is to know is found once per class: this runs in every request.
    """

    def __init__(self, cls: type) -> None:
        names = [each.name for each in fields(cls)]
        self._length = len(names)
        hints = get_type_hints(cls)
        self._make = cls
        self._take: Turn = attrgetter(*names)  # of two names or more, hence a tuple
        self._parts = [part for index, name in enumerate(names) if (part := _part(index, hints[name]))]

    def flatten(self, value: Any) -> tuple[Any, ...]:
        """``value`` as a tuple."""
        state = self._take(value)
        if self._parts:
            state = list(state)
            for index, flatten, _ in self._parts:
                if state[index]:
                    state[index] = flatten(state[index])
        return tuple(state)

    def restore(self, state: tuple[Any, ...]) -> Any:
        """Return the value that ``state`` was made of.

        Fields that it lacks have their defaults; what a newer version appended is left aside.
        """
        values = list(state[: self._length])
        for index, _, restore in self._parts:
            if index < len(values) and values[index]:
                values[index] = restore(values[index])
        return self._make(*values)


def _part(index: int, hint: Any) -> Part | None:
    inner = next((each for each in get_args(hint) if is_dataclass(each)), None)
    if not isinstance(inner, type):
        return None
    shape = Shape(inner)
    if get_origin(hint) is tuple:
        return Part(index, _each(shape.flatten), _each(shape.restore))
    return Part(index, shape.flatten, shape.restore)


def _each(turn: Turn) -> Turn:
    return lambda values: tuple(map(turn, values))

"""How a record becomes the JSON text of its row, and back.

What is configured is an object with the fields' names, so that an operator can read and query it; what expires is an array,
which is half as long. Bytes are base64. Fields that the text lacks have their defaults; what a newer version added is left
aside, so that two versions may serve side by side while one takes the other's place.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from oidc_op.model.records import Record

Turn = Callable[[Any], Any]


class Codec:
    """How records of a dataclass are written; what there is to know is found once per class."""

    def __init__(self, cls: type, *, named: bool = False) -> None:
        hints = get_type_hints(cls)
        self._make = cls
        self._names = [each.name for each in fields(cls)]
        self._take: Turn = attrgetter(*self._names)  # of two names or more, hence a tuple
        self._turns = [(at, name, turn) for at, name in enumerate(self._names) if (turn := _reader(hints[name])) is not None]
        if named:
            self.write, self.read = self._write_named, self._read_named
        else:
            self.write, self.read = self._write_array, self._read_array

    def restore(self, values: list[Any]) -> Any:
        """The record with these values of its fields, in their order."""
        del values[len(self._names) :]
        for at, _, turn in self._turns:
            if at < len(values):
                values[at] = turn(values[at])
        return self._make(*values)

    def _write_array(self, record: Record) -> str:
        return _encode(self._take(record))

    def _read_array(self, text: str) -> Any:
        return self.restore(json.loads(text))

    def _write_named(self, record: Record) -> str:
        return _encode(dict(zip(self._names, self._take(record), strict=True)))

    def _read_named(self, text: str) -> Any:
        found = json.loads(text)
        values = {name: found[name] for name in self._names if name in found}
        for _, name, turn in self._turns:
            if name in values:
                values[name] = turn(values[name])
        return self._make(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return [getattr(value, each.name) for each in fields(value)]


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode


def _reader(hint: Any) -> Turn | None:
    """Return a function that turns JSON's value into one of type ``hint``; None where nothing needs turning."""
    of = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        inner = [each for each in of if each is not NoneType]
        turn = _reader(inner[0]) if len(inner) == 1 else None
        return turn and _unless_none(turn)
    if get_origin(hint) is tuple:
        turn = _reader(of[0])
        return tuple if turn is None else _each(turn)
    if hint is bytes:
        return base64.b64decode
    return Codec(hint).restore if is_dataclass(hint) and isinstance(hint, type) else None


def _unless_none(turn: Turn) -> Turn:
    return lambda value: None if value is None else turn(value)


def _each(turn: Turn) -> Turn:
    return lambda values: tuple(map(turn, values))

"""How a record becomes an object of JSON, by the names of its fields, and back; bytes are base64 there."""

from __future__ import annotations

import base64
import binascii
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from oidc_op.interfaces import JSONObject
from oidc_op.model.records import Record

Turn = Callable[[Any], Any]
LARGEST = 2**53  # whole number that every reader of JSON keeps (RFC 8259 §6)


class Misshapen(ValueError):
    """An object that is no such record; says why."""


def write(record: Record) -> JSONObject:
    """``record`` as an object."""
    kind: Any = type(record)
    return {name: turn(getattr(record, name)) for name, turn, _ in _parts(kind)}


def read(kind: Any, value: Any) -> Any:
    """The record of this class that ``value`` was made of; fields that it lacks have their defaults.

    :raises Misshapen: it was made of nothing like that.
    """
    if not isinstance(value, dict):
        raise Misshapen(f"a {kind.__name__} must be an object")
    given = {}
    for name, _, turn in _parts(kind):
        if name in value:
            try:
                given[name] = turn(value[name])
            except (TypeError, ValueError, binascii.Error) as error:
                raise Misshapen(f"{name}: {error}") from error
    if len(given) < len(value):
        raise Misshapen(f"there is no {next(name for name in value if name not in given)} in a {kind.__name__}")
    try:
        return kind(**given)
    except TypeError:
        missing = next(each.name for each in fields(kind) if each.default is MISSING and each.name not in given)
        raise Misshapen(f"{missing} is missing") from None


@cache
def _parts(kind: Any) -> list[tuple[str, Turn, Turn]]:
    """The fields of a class, with how each is written and read; found once."""
    hints = get_type_hints(kind)
    return [(each.name, _writer(hints[each.name]), _reader(hints[each.name])) for each in fields(kind)]


def _writer(hint: Any) -> Turn:
    inner = _inner(hint)
    if inner is bytes:
        return lambda value: base64.b64encode(value).decode("ascii")
    if is_dataclass(inner):
        return (lambda values: list(map(write, values))) if get_origin(hint) is tuple else lambda value: value and write(value)
    return _same


def _reader(hint: Any) -> Turn:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        readers = [_reader(each) for each in args if each is not type(None)]
        if len(readers) > 1:
            return partial(_plain, args)
        return lambda value: None if value is None else readers[0](value)
    if origin is tuple:
        if args[-1] is Ellipsis:
            each = _reader(args[0])
            return lambda values: tuple(map(each, _plain((list,), values)))
        turns = tuple(map(_reader, args))
        return lambda values: tuple(turn(value) for turn, value in zip(turns, _plain((list,), values), strict=True))
    if hint is bytes:
        return lambda value: base64.b64decode(_plain((str,), value), validate=True)
    if is_dataclass(hint):
        return lambda value: read(hint, value)
    return partial(_plain, (hint,))


def _plain(kinds: tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise ValueError(f"must be {' or '.join(each.__name__ for each in kinds)}")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise ValueError("must be text that can be written: half a character is in it")
    if isinstance(value, int) and not 0 <= value <= LARGEST:
        raise ValueError(f"must be from 0 to {LARGEST}")
    return value


def _inner(hint: Any) -> Any:
    """The dataclass, or the bytes, that the field holds: alone, in a tuple, or not at all."""
    return next((each for each in (hint, *get_args(hint)) if each is bytes or is_dataclass(each)), None)


def _same(value: Any) -> Any:
    return value

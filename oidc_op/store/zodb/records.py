"""Persistent objects that hold one record each, written as a tuple of its fields.

A tuple names no field, so a commit appends little; and each record is an object of its own, because a value inside a
bucket is written again with all its neighbours. A record loads from a tuple shorter than its class has fields by now:
fields added later have defaults, and stand last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from persistent import Persistent

from oidc_op.model.account import Account
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.model.key import Key
from oidc_op.model.session import Session
from oidc_op.model.ticket import Ticket

Turn = Callable[[Any], Any]


class Shape:
    """How a dataclass becomes a tuple, and back; dataclasses inside it, alone or in a tuple, become tuples too.

    What there is to know is found once per class: this runs in every request.
    """

    def __init__(self, cls: type) -> None:
        self._make = cls
        self._take: Turn = attrgetter(*(each.name for each in fields(cls)))
        self._inner: list[tuple[int, Turn, Turn]] = []
        hints = get_type_hints(cls)
        for index, each in enumerate(fields(cls)):
            hint = hints[each.name]
            inner = next(filter(is_dataclass, get_args(hint)), None)
            if inner is not None:
                shape = Shape(inner)
                flatten, restore = shape.flatten, shape.restore
                self._inner.append((index, _each(flatten), _each(restore)) if get_origin(hint) is tuple else (index, flatten, restore))

    def flatten(self, value: Any) -> tuple[Any, ...]:
        """``value`` as a tuple."""
        return self._turned(self._take(value), 1) if self._inner else self._take(value)

    def restore(self, state: tuple[Any, ...]) -> Any:
        """The value that ``state`` was made of."""
        return self._make(*(self._turned(state, 2) if self._inner else state))

    def _turned(self, state: tuple[Any, ...], way: int) -> tuple[Any, ...]:
        turned = list(state)
        for each in self._inner:
            index = each[0]
            if index < len(turned) and turned[index]:
                turned[index] = each[way](turned[index])
        return tuple(turned)


def _each(turn: Turn) -> Turn:
    return lambda values: tuple(map(turn, values))


class Record(Persistent):
    """One record. Setting ``value`` is what ZODB notices as a change."""

    __slots__ = ("value",)
    shape: ClassVar[Shape]

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getstate__(self) -> tuple[Any, ...]:
        return self.shape.flatten(self.value)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.value = self.shape.restore(state)


class ClientRecord(Record):
    __slots__ = ()
    shape = Shape(Client)


class AccountRecord(Record):
    __slots__ = ()
    shape = Shape(Account)


class KeyRecord(Record):
    __slots__ = ()
    shape = Shape(Key)


class ConsentRecord(Record):
    __slots__ = ()
    shape = Shape(Consent)


class GrantRecord(Record):
    __slots__ = ()
    shape = Shape(Grant)


class SessionRecord(Record):
    __slots__ = ()
    shape = Shape(Session)


class TicketRecord(Record):
    __slots__ = ()
    shape = Shape(Ticket)

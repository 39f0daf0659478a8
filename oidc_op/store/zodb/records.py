"""Persistent objects that hold one record each, written as a tuple of its fields.

A tuple names no field, so a commit appends little; and each record is an object of its own, because a value inside a
bucket is written again with all its neighbours.
"""

from __future__ import annotations

from typing import Any, ClassVar

from persistent import Persistent

from oidc_op.model.account import Account
from oidc_op.model.change import Change
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.model.key import Key
from oidc_op.model.session import Session
from oidc_op.model.ticket import Ticket
from oidc_op.store.codec import Shape


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


class ChangeRecord(Record):
    __slots__ = ()
    shape = Shape(Change)

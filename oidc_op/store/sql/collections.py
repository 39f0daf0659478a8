"""Collections of configuration: one table each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, func, select
from zope.interface import implementer

from oidc_op.interfaces import IAccountCollection, IChangeCollection, ICollection, IConsentCollection, JSONObject
from oidc_op.model.account import Account, normalized
from oidc_op.model.change import Change, change_keys
from oidc_op.model.consent import Consent, consent_keys
from oidc_op.store import AlreadyExists, Conflict

from .reading import Reading, place_of, storable
from .unit_of_work import NONE, Kept


@implementer(ICollection)
class Collection(Reading):
    """Records of one class, in the table of ``name`` by their key."""

    def add(self, record: Any) -> None:
        known = self.work.met.get((self.name, record.key))
        if known is not None and known.record is not None:
            raise AlreadyExists(record.key)
        row = {**(place_of(self.name, record.key) or {"key": record.key}), **self._row(record, 1)}
        if not self.work.write(self.said.insert(self.work.dialect), row):
            raise self._taken(record, known)
        self.work.foresight.note(self.name, record)
        self.work.meet(self.name, record.key, Kept(record, 1))

    def put(self, record: Any) -> None:
        """:raises KeyError: there is none to replace."""
        self._replace(record)

    def remove(self, key: str) -> None:
        place = its(self.name, key)
        if place is None:
            return
        known = self.work.met.get((self.name, key))
        if known is None:
            self.work.write(self.said.delete_unread, place)
        elif known.record is not None and not self.work.write(self.said.delete, place | {"its_version": known.version}):
            raise Conflict(f"{self.name}: somebody else changed {key!r}")
        self.work.meet(self.name, key, NONE)

    def _replace(self, record: Any) -> Any:
        """Put, and what was there before."""
        before = self._kept(record.key)
        if before.record is None:
            raise KeyError(record.key)
        if before.record != record:
            row = {"its_version": before.version, **(its(self.name, record.key) or {}), **self._row(record, before.version + 1)}
            if not self.work.write(self.said.update, row):
                raise Conflict(f"{self.name}: somebody else changed {record.key!r}")
            self.work.meet(self.name, record.key, Kept(record, before.version + 1))
        return before.record

    def _taken(self, record: Any, known: Kept | None) -> Exception:
        """Why it could not be added: what is in its way was there before, or came meanwhile."""
        if known is None and self.get(record.key) is not None:
            return AlreadyExists(record.key)
        return Conflict(f"{self.name}: somebody else added {record.key!r}")

    def _row(self, record: Any, version: int) -> JSONObject:
        return {"version": version, "value": self.codec.write(record), **self._also(record)}

    def _also(self, record: Any) -> JSONObject:
        """Columns that repeat a part of the record."""
        return {}


def its(name: str, key: str) -> JSONObject | None:
    """The values that find a row."""
    place = place_of(name, key)
    return place and {f"its_{column}": value for column, value in place.items()}


@implementer(IAccountCollection)
class AccountCollection(Collection):
    """Accounts by ``sub``, and by their normalized user name, which only one may have."""

    def named(self, username: str) -> Account | None:
        sub = self._sub_of(normalized(username))
        return None if sub is None else self.get(sub)

    def put(self, record: Account) -> None:
        """Keep it in place of the one there is.

        :raises KeyError: there is none to replace.
        :raises AlreadyExists: another account has its user name.
        """
        before, name = self.get(record.key), normalized(record.username)
        if before is not None and normalized(before.username) != name and self._sub_of(name) is not None:
            raise AlreadyExists(record.username)
        super().put(record)

    def _taken(self, record: Account, known: Kept | None) -> Exception:
        if self._sub_of(normalized(record.username)) not in (None, record.sub):
            return AlreadyExists(record.username)
        return super()._taken(record, known)

    def _sub_of(self, name: str) -> str | None:
        its = self.said.table
        if not name or not storable(name):
            return None
        return self.work.read(select(its.c.key).where(its.c.username == name)).scalar()

    def _also(self, record: Account) -> JSONObject:
        return {"username": normalized(record.username) or None}


@implementer(IConsentCollection)
class ConsentCollection(Collection):
    """Consents by ``consent_key(sub, client_id)``."""

    def of(self, sub: str) -> Iterator[Consent]:
        if not storable(sub):
            return iter(())
        key = self.said.table.c.key
        first, last = consent_keys(sub)
        found = self.work.read(select(key).where(key > first, key < last).order_by(key)).scalars().all()
        return filter(None, map(self.get, found))

    def purge(self, now: int) -> int:
        """Look at each; they are few, one per account and client."""
        dropped = self.work.write(delete(self.said.table).where(self.said.table.c.expires_at <= now), {})
        if dropped:
            self._forget()
        return dropped

    def _also(self, record: Consent) -> JSONObject:
        return {"expires_at": record.expires_at}


@implementer(IChangeCollection)
class ChangeCollection(Collection):
    """Changes by ``change_key(kind, name, number)``."""

    def of(self, kind: str, name: str) -> tuple[str, ...]:
        if not storable(name):
            return ()
        key = self.said.table.c.key
        first, last = change_keys(kind, name)
        found = select(key).where(key >= first, key <= last).order_by(key)
        return tuple(self.work.read(found).scalars())

    def last(self, kind: str, name: str) -> Change | None:
        if not storable(name):
            return None
        key = self.said.table.c.key
        first, last = change_keys(kind, name)
        found = self.work.read(select(func.max(key)).where(key >= first, key <= last)).scalar()
        return None if found is None else self.get(found)

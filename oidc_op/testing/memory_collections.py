"""The collections of the store in plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IAccountCollection, IChangeCollection, ICollection, IConsentCollection, IExpiring, IGrantCollection
from oidc_op.model.account import Account, normalized
from oidc_op.model.change import Change
from oidc_op.model.consent import Consent, consent_keys
from oidc_op.model.grant import Grant
from oidc_op.model.handle import read_key, slice_ends_at
from oidc_op.process.limits import UNLISTED, log_limit_reached
from oidc_op.store import AlreadyExists

from .transactional_dict import Session


@implementer(ICollection)
class Collection:
    """Records under one name."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._name = name

    def get(self, key: str) -> Any:
        return self._session.get(self._name, key)

    def add(self, record: Any) -> None:
        if self.get(record.key) is not None:
            raise AlreadyExists(record.key)
        self._session.set(self._name, record.key, record)

    def put(self, record: Any) -> None:
        """:raises KeyError: there is none to replace."""
        before = self.get(record.key)
        if before is None:
            raise KeyError(record.key)
        if before != record:
            self._session.set(self._name, record.key, record)

    def remove(self, key: str) -> None:
        if self.get(key) is not None:
            self._session.set(self._name, key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._session.keys(self._name)))

    def records(self) -> Iterator[Any]:
        return (record for key in self if (record := self.get(key)) is not None)

    def _drop(self, keys: list[str]) -> int:
        for key in keys:
            self._session.set(self._name, key, None)
        return len(keys)


@implementer(IAccountCollection)
class AccountCollection(Collection):
    def named(self, username: str) -> Account | None:
        sub = self._session.get("usernames", normalized(username))
        return None if sub is None else self.get(sub)

    def add(self, record: Account) -> None:
        if self.get(record.key) is None:
            self._claim(record)
        super().add(record)

    def put(self, record: Account) -> None:
        before = self.get(record.key)
        if before is not None and normalized(before.username) != normalized(record.username):
            self._claim(record)
            self._release(before)
        super().put(record)

    def remove(self, key: str) -> None:
        before = self.get(key)
        if before is not None:
            self._release(before)
            super().remove(key)

    def _claim(self, account: Account) -> None:
        name = normalized(account.username)
        if name:
            if self._session.get("usernames", name) is not None:
                raise AlreadyExists(account.username)
            self._session.set("usernames", name, account.sub)

    def _release(self, account: Account) -> None:
        if name := normalized(account.username):
            self._session.set("usernames", name, None)


@implementer(IConsentCollection)
class ConsentCollection(Collection):
    def of(self, sub: str) -> Iterator[Consent]:
        first, last = consent_keys(sub)
        return (self.get(key) for key in self if first < key < last)

    def purge(self, now: int) -> int:
        return self._drop([key for key in self if self.get(key).expires_at <= now])


@implementer(IChangeCollection)
class ChangeCollection(Collection):
    def of(self, kind: str, name: str) -> tuple[str, ...]:
        return tuple(key for key in self if key.rpartition("\t")[0] == f"{kind}\t{name}")

    def last(self, kind: str, name: str) -> Change | None:
        keys = self.of(kind, name)
        return self.get(keys[-1]) if keys else None


@implementer(IExpiring)
class Expiring(Collection):
    def add(self, record: Any) -> None:
        read_key(record.key)
        super().add(record)

    def purge(self, now: int) -> int:
        return self._drop([key for key in self if _ends_at(key) <= now])

    def sweep(self, now: int) -> bool:
        ended = [key for key in self if _ends_at(key) <= now]
        return bool(self._drop([key for key in ended if read_key(key)[0] == read_key(ended[0])[0]]))

    def __len__(self) -> int:
        return len(self._session.keys(self._name))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._session.keys(self._name), key=lambda key: (_ends_at(key), key)))


@implementer(IGrantCollection)
class GrantCollection(Expiring):
    def __init__(self, session: Session, bound: int) -> None:
        super().__init__(session, "grants")
        self._bound = bound

    def add(self, record: Grant) -> None:
        super().add(record)
        self._follow(None, record)

    def put(self, record: Grant) -> None:
        before = self.get(record.key)
        super().put(record)
        self._follow(before, record)

    def remove(self, key: str) -> None:
        before = self.get(key)
        super().remove(key)
        self._follow(before, None)

    def of_account(self, sub: str, client_id: str | None = None) -> tuple[str, ...]:
        return tuple(key for name in self._lists(sub, client_id) for key in self._session.get("listed", name) or ())

    def unlist(self, sub: str, client_id: str | None = None) -> None:
        for name in self._lists(sub, client_id):
            self._session.set("listed", name, None)

    def _lists(self, sub: str, client_id: str | None) -> list[tuple[str, str]]:
        if client_id is not None:
            return [(sub, client_id)]
        return sorted(name for name in self._session.keys("listed") if name[0] == sub)

    def _follow(self, before: Grant | None, after: Grant | None) -> None:
        had = before if before and before.refresh_token else None
        has = after if after and after.refresh_token else None
        if has and not had:
            self._list(has, [key for key in self.of_account(has.sub, has.client_id) if _ends_at(key) > has.created_at] + [has.key])
        elif had and not has:
            self._list(had, [key for key in self.of_account(had.sub, had.client_id) if key != had.key])

    def _list(self, grant: Grant, keys: list[str]) -> None:
        if len(keys) > self._bound:
            log_limit_reached("max_grants_per_client", UNLISTED.format(grant.client_id), self._session.transaction_manager)
        self._session.set("listed", (grant.sub, grant.client_id), tuple(keys[-self._bound :]) or None)


def _ends_at(key: str) -> int:
    return slice_ends_at(read_key(key)[0])

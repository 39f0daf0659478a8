"""Collections of configuration: one tree each, whose history is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IAccountCollection, IChangeCollection, ICollection, IConsentCollection
from oidc_op.model.account import Account, normalized
from oidc_op.model.change import Change, change_keys
from oidc_op.model.consent import Consent, consent_keys
from oidc_op.store import AlreadyExists

from .records import AccountRecord, ChangeRecord, ConsentRecord, Record


@implementer(ICollection)
class Collection:
    """Records of one class, in ``tree`` by their key."""

    def __init__(self, tree: Any, kind: type[Record]) -> None:
        self._tree = tree
        self._kind = kind

    def get(self, key: str) -> Any:
        kept = self._tree.get(key)
        return None if kept is None else kept.value

    def add(self, record: Any) -> None:
        if record.key in self._tree:
            raise AlreadyExists(record.key)
        self._tree[record.key] = self._kind(record)

    def put(self, record: Any) -> None:
        """:raises KeyError: there is none to replace."""
        kept = self._tree[record.key]
        if kept.value != record:
            kept.value = record

    def remove(self, key: str) -> None:
        self._tree.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def records(self) -> Iterator[Any]:
        """Yield all records in the order of their keys."""
        return (kept.value for kept in self._tree.values())


@implementer(IAccountCollection)
class AccountCollection(Collection):
    """Accounts by ``sub``, and ``usernames``: normalized user name → ``sub``."""

    def __init__(self, tree: Any, usernames: Any) -> None:
        super().__init__(tree, AccountRecord)
        self._usernames = usernames

    def named(self, username: str) -> Account | None:
        sub = self._usernames.get(normalized(username))
        return None if sub is None else self.get(sub)

    def add(self, record: Account) -> None:
        if record.key in self._tree:
            raise AlreadyExists(record.key)
        self._claim(record)
        super().add(record)

    def put(self, record: Account) -> None:
        """Keep it in place of the one there is.

        :raises KeyError: there is none to replace.
        :raises AlreadyExists: another account has its user name.
        """
        before = self._tree[record.key].value
        if normalized(before.username) != normalized(record.username):
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
        if name and not self._usernames.insert(name, account.sub):
            raise AlreadyExists(account.username)

    def _release(self, account: Account) -> None:
        self._usernames.pop(normalized(account.username), None)


@implementer(IConsentCollection)
class ConsentCollection(Collection):
    """Consents by ``consent_key(sub, client_id)``."""

    def __init__(self, tree: Any) -> None:
        super().__init__(tree, ConsentRecord)

    def of(self, sub: str) -> Iterator[Consent]:
        return (kept.value for kept in self._tree.values(*consent_keys(sub)))

    def purge(self, now: int) -> int:
        """Look at each; they are few, one per account and client."""
        ended = [key for key, kept in self._tree.items() if _ended(kept.value, now)]
        for key in ended:
            del self._tree[key]
        return len(ended)


def _ended(consent: Consent, now: int) -> bool:
    return consent.expires_at <= now


@implementer(IChangeCollection)
class ChangeCollection(Collection):
    """Changes by ``change_key(kind, name, number)``."""

    def __init__(self, tree: Any) -> None:
        super().__init__(tree, ChangeRecord)

    def of(self, kind: str, name: str) -> tuple[str, ...]:
        return tuple(self._tree.keys(*change_keys(kind, name)))

    def last(self, kind: str, name: str) -> Change | None:
        first, last = change_keys(kind, name)
        try:
            key = self._tree.maxKey(last)
        except ValueError:  # there is no key up to that one
            return None
        return self._tree[key].value if key >= first else None

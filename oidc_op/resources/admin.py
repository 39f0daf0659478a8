"""The console: clients, accounts, consents, grants and keys as places in the tree, and who may do what there."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pyramid.authorization import DENY_ALL, Allow

from oidc_op.interfaces import Configurator, ICollection
from oidc_op.model.consent import Consent

from .endpoints import Endpoint
from .node import Node

PLAIN = re.compile(r"[A-Za-z0-9_-]+")  # may stand in a path as it is
ENCODED = "~"  # begins what is base64url


def segment_of(key: str) -> str:
    """How a record with this key is called in a path."""
    if PLAIN.fullmatch(key):
        return key
    return ENCODED + base64.urlsafe_b64encode(key.encode("utf-8", "surrogatepass")).rstrip(b"=").decode("ascii")


def key_of(segment: str) -> str:
    """The key of the record that is called ``segment`` in a path.

    :raises KeyError: it is no such name, or not the one that ``segment_of`` makes.
    """
    key = segment
    if segment.startswith(ENCODED):
        text = segment.removeprefix(ENCODED)
        try:
            key = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True).decode("utf-8", "surrogatepass")
        except (binascii.Error, UnicodeError, ValueError):
            raise KeyError(segment) from None
    if not key or segment_of(key) != segment:
        raise KeyError(segment)
    return key


class AdminNode(Node):
    """A place in the console."""

    @property
    def path(self) -> tuple[str, ...]:
        """The names that lead here from the provider."""
        parent = self.__parent__
        return (*(parent.path if isinstance(parent, AdminNode) else ()), self.__name__)

    def url(self, *names: str, **query: str) -> str:
        """The absolute URL of this place, or of what hangs below it or its view."""
        return self.provider.url(*self.path, *names, **query)


class Admin(AdminNode, Endpoint):
    """The console, for administrators."""

    name = "admin"
    page = True
    __acl__ = ((Allow, "role:admin", ("manage", "view", "edit", "revoke")), (Allow, "role:auditor", "view"), DENY_ALL)

    @classmethod
    def register(cls, config: Configurator) -> None:
        """Nothing beside its views: what else is asked of it is answered by ``oidc_op.views.admin.forbidden``."""

    def __getitem__(self, name: str) -> Folder:
        return FOLDERS[name](self, name)


class RecordResource(AdminNode):
    """A record of the store."""

    def __init__(self, parent: Any, name: str, record: Any) -> None:
        super().__init__(parent, name)
        self.record = record


class ClientResource(RecordResource):
    """A client, which its owner may edit."""

    @property
    def __acl__(self) -> list[Any]:
        owner = self.record.owner
        return [(Allow, f"account:{owner}", ("view", "edit"))] if owner else []


class AccountResource(RecordResource):
    """An account, be it the store's or a host's."""


class ConsentResource(RecordResource):
    """The consent that an account gave a client, and may take back."""

    @property
    def __acl__(self) -> list[Any]:
        return [(Allow, f"account:{self.record.sub}", "revoke")]


class GrantResource(RecordResource):
    """One authorization, which its account may end."""

    @property
    def __acl__(self) -> list[Any]:
        return [(Allow, f"account:{self.record.sub}", "revoke")] if self.record.sub else []


class KeyResource(RecordResource):
    """A signing key."""


class RemovedRecord(AdminNode):
    """A client, account or key that was removed: only its history is left."""

    def __init__(self, parent: Folder, name: str, key: str) -> None:
        super().__init__(parent, name)
        self.key = key


class Folder(AdminNode):
    """Records of one kind. Names of its views begin with ``+``, which no record's name does."""

    name: ClassVar[str]
    kind: ClassVar[type[RecordResource]]

    def __getitem__(self, segment: str) -> RecordResource | RemovedRecord:
        key = key_of(segment)
        record = self.get(key)
        if record is not None:
            return self.kind(self, segment, record)
        removed = self.removed(key)
        if removed is None:
            raise KeyError(segment)
        return removed

    def removed(self, key: str) -> RemovedRecord | None:
        """Return the place of a record that was removed, whose history is left; None if there is no history."""
        return RemovedRecord(self, segment_of(key), key) if self.provider.store.changes.of(self.name, key) else None

    def get(self, key: str) -> Any:
        """The record with this key, or None."""
        return getattr(self.provider.store, self.name).get(key)

    def place(self, record: Any) -> RecordResource:
        """Return the resource of ``record``."""
        return self.kind(self, segment_of(record.key), record)

    def records(self) -> Iterator[Any]:
        """Return all of them, in no particular order."""
        collection: ICollection = getattr(self.provider.store, self.name)
        return collection.records()


class ClientFolder(Folder):
    """Applications that send people here."""

    name = "clients"
    kind = ClientResource


class AccountFolder(Folder):
    """People who can sign in."""

    name = "accounts"
    kind = AccountResource

    def get(self, key: str) -> Any:
        return self.provider.accounts.get(key)

    def place(self, record: Any) -> RecordResource:
        return self.kind(self, segment_of(str(record.sub)), record)


class ConsentFolder(Folder):
    """Consents that people gave to clients."""

    name = "consents"
    kind = ConsentResource

    def get(self, key: str) -> Any:
        """The consent; one without scopes where grants can be refreshed for which nobody was asked."""
        found = super().get(key)
        sub, sign, client_id = key.partition("\t")
        if found is None and sign and self.provider.store.grants.of_account(sub, client_id):
            return Consent(sub, client_id)
        return found


class GrantFolder(Folder):
    """Authorizations, and what hangs from each."""

    name = "grants"
    kind = GrantResource

    def get(self, key: str) -> Any:
        try:
            return self.provider.store.grants.get(key)
        except ValueError:  # not a grant's key
            return None


class KeyFolder(Folder):
    """The keys that sign ID Tokens and access tokens."""

    name = "keys"
    kind = KeyResource


FOLDERS: dict[str, type[Folder]] = {folder.name: folder for folder in (ClientFolder, AccountFolder, ConsentFolder, GrantFolder, KeyFolder)}

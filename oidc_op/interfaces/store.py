"""Contracts of a store: its collections, how it is opened, and what a process holds for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from oidc_op.model.account import Account
    from oidc_op.model.change import Change
    from oidc_op.model.client import Client
    from oidc_op.model.consent import Consent
    from oidc_op.model.grant import Grant
    from oidc_op.model.key import Key
    from oidc_op.model.session import Session
    from oidc_op.model.ticket import Ticket
    from oidc_op.secret import MasterSecret

    from .pyramid import Request


class ICollection(Interface):
    """Records of one kind, by their ``key``."""

    def get(key: str) -> Any:
        """Return the record, or None."""

    def add(record: Any) -> None:
        """Store a new record.

        :raises oidc_op.store.AlreadyExists: its key is taken (or, for accounts, its user name).
        """

    def put(record: Any) -> None:
        """Store this record in place of the one read; at commit, a conflict if somebody else changed it.

        :raises KeyError: there is none to replace.
        """

    def remove(key: str) -> None:
        """Remove the record; not an error if there is none."""

    def __iter__() -> Iterator[str]:
        """Iterate over the keys, in order."""

    def records() -> Iterator[Any]:
        """Iterate over the records, in no particular order, as fast as the store can read them."""


class IClientCollection(ICollection):
    """Clients, by ``client_id``."""

    def get(key: str) -> Client | None:
        """Return the client, or None."""

    def records() -> Iterator[Client]:
        """Iterate over the clients, in no particular order."""


class IKeyCollection(ICollection):
    """Signing keys, by ``kid``."""

    def get(key: str) -> Key | None:
        """Return the key, or None."""

    def records() -> Iterator[Key]:
        """Iterate over the keys, in no particular order."""


class IAccountCollection(ICollection):
    """Accounts by ``sub``, whose user names are unique without regard to case."""

    def get(key: str) -> Account | None:
        """Return the account, or None."""

    def records() -> Iterator[Account]:
        """Iterate over the accounts, in no particular order."""

    def named(username: str) -> Account | None:
        """Return the account that has this user name, or None."""


class IConsentCollection(ICollection):
    """Consents by ``consent_key(sub, client_id)``; they expire too, but are few and keep their history."""

    def get(key: str) -> Consent | None:
        """Return the consent, or None."""

    def of(sub: str) -> Iterator[Consent]:
        """Iterate over the consents of one account, by ``client_id``; no others are read."""

    def purge(now: int) -> int:
        """Remove what expired before ``now`` (seconds since the epoch); return how many."""


class IChangeCollection(ICollection):
    """Changes of configuration, by ``change_key(kind, name, number)``. One is never put again, nor removed."""

    def get(key: str) -> Change | None:
        """Return the change, or None."""

    def of(kind: str, name: str) -> tuple[str, ...]:
        """Return the keys of the changes of the record ``name`` in the collection ``kind``, oldest first."""

    def last(kind: str, name: str) -> Change | None:
        """Return the newest change of the record ``name`` in the collection ``kind``, or None."""


class IExpiring(ICollection):
    """Records that end by themselves; their keys are made by ``oidc_op.model.handle``."""

    def purge(now: int) -> int:
        """Remove what expired before ``now`` (seconds since the epoch); return how many."""

    def sweep(now: int) -> bool:
        """Drop one slice of what expired, uncounted, in one small write; whether there was one."""

    def __len__() -> int:
        """Return how many there are, expired ones that were not dropped yet included; takes time in proportion."""


class IGrantCollection(IExpiring):
    """Grants; those that have a refresh token are listed per account and client."""

    def get(key: str) -> Grant | None:
        """Return the grant, or None."""

    def of_account(sub: str, client_id: str | None = None) -> tuple[str, ...]:
        """Return the keys of the account's grants that have a refresh token, oldest first.

        A grant is listed when it is first put with a refresh token. No more than ``oidc.max_grants_per_client`` of one
        account and client stay listed, the oldest go first; a grant that is no longer listed cannot be refreshed.
        """

    def unlist(sub: str, client_id: str | None = None) -> None:
        """Empty the list: no grant of this account (with this client) can be refreshed again; one write per client."""


class ISessionCollection(IExpiring):
    """Sessions, by ``sid``."""

    def get(key: str) -> Session | None:
        """Return the session, or None."""


class ITicketCollection(IExpiring):
    """Tickets."""

    def get(key: str) -> Ticket | None:
        """Return the ticket, or None."""


class IStore(Interface):
    """A store as one request sees it: eight collections in one transaction."""

    clients: IClientCollection = Attribute("Client by client_id")
    accounts: IAccountCollection = Attribute("Account by sub")
    keys: IKeyCollection = Attribute("Key by kid")
    consents: IConsentCollection = Attribute("Consent by consent_key(sub, client_id)")
    changes: IChangeCollection = Attribute("Change by change_key(kind, name, number)")
    grants: IGrantCollection = Attribute("Grant by key")
    sessions: ISessionCollection = Attribute("Session by sid")
    tickets: ITicketCollection = Attribute("Ticket by key")

    def prefetch(**keys: str) -> None:
        """Note which records will be read, by collection, so that the first ``get`` may read them together.

        A store for which a read is no round trip does nothing.
        """

    def relax() -> None:
        """Let go of what was read beyond what caches may hold: for those who read everything in one transaction."""


class IHistoryStore(IStore):
    """The store as ``provider.store`` gives it: changes of clients, accounts and keys are written to the history."""

    without_history: IStore = Attribute("the store itself, for what shall leave no history")

    def renew(record: Any) -> None:
        """Put a client, account or key whose meaning has not changed, a secret in it being hashed or sealed anew.

        No history is written.

        :raises KeyError: there is none to replace.
        """


class IStoreFactory(Interface):
    """Opens the store for a request."""

    def __call__(request: Request) -> IStore:
        """Return the store of this request, joined to its transaction ``request.tm``."""


class IStoreBackend(Interface):
    """The connections and files that a process holds for its store, from start-up to its end."""

    held_file: str | None = Attribute("the path of the file that this process alone has open, or None")
    keeps_nothing: bool = Attribute("whether everything written is lost when the process ends")

    def close() -> None:
        """Close files and connections; not an error if that is done."""

    def tend() -> None:
        """Begin due work, such as packing, in the background; returns at once. Called now and then while serving."""

    def pack(say: Callable[[str], None], history: int | None = None) -> list[str]:
        """Give the space of dropped records back to the disk, while everything goes on; return what was done, in words.

        With ``history``, also remove the history of configuration that is older than so many days. ``say`` is told each step.

        :raises oidc_op.store.DoneElsewhere: this store does it by other means, which the text names.
        :raises oidc_op.store.StoreUnavailable: it cannot now.
        """

    def back_up(folder: Path, say: Callable[[str], None], secret: MasterSecret, *, whole: bool) -> list[str]:
        """Copy everything into a folder, while everything goes on; return the files that were written.

        ``secret`` authenticates the copies. What was copied before is not copied again, unless ``whole``.

        Raises as ``pack`` does, and OSError.
        """

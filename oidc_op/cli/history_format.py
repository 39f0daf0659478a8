"""How changes of a record are told: who, when, why and what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oidc_op.history import KINDS
from oidc_op.history.formatting import members_of, moment_of, verb_of
from oidc_op.history.snapshot import difference, of_text
from oidc_op.interfaces import IProvider, IStore, JSONObject
from oidc_op.model.account import normalized
from oidc_op.model.change import Change

from .console import Refused


def add_name(parser: Any) -> None:
    """Return the collection and the key of the record that is named."""
    parser.add_argument("kind", metavar="KIND", choices=tuple(KINDS), help="client, account or key")
    parser.add_argument("name", metavar="ID", help="the client_id, the sub or user name, or the kid")


def name_of(provider: IProvider, kind: str, name: str) -> str:
    """The key of the record that the operator calls ``name``, be it there or gone.

    :raises Refused: nothing was ever called that.
    """
    store = provider.store
    if kind == "account":
        name = _sub_of(store, name)
    if not store.changes.of(KINDS[kind], name):
        if getattr(store, KINDS[kind]).get(name) is not None:
            raise Refused(f"no change of the {kind} {name} is known: it was made before changes were kept")
        raise Refused(f"there never was {_a(kind)} {name}")
    return name


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "account" else f"a {kind}"


def _sub_of(store: IStore, name: str) -> str:
    """The ``sub`` of the account with this user name, or this ``sub``; of one that is gone, from the history."""
    account = store.accounts.named(name)
    if account is not None:
        return account.sub
    if store.changes.of("accounts", name):
        return name
    sought, found = normalized(name), name
    for key in store.changes:
        if key.startswith("accounts\t"):
            change = store.changes.get(key)
            if change is not None and normalized(str(of_text(change.before).get("username", ""))) == sought:
                found = change.name  # of several, the last in the order of keys
    return found


def data_of(change: Change, author: str) -> JSONObject:
    """A change, for programs."""
    shown = {name: {"before": before, "after": after} for name, (before, after) in difference(change).items()}
    said = {"number": change.number, "verb": verb_of(change), "at": change.at, "by": change.by, "author": author, "why": change.why}
    return said | {"difference": shown}


def lines_of(change: Change, author: str) -> Iterator[str]:
    """A change, for people."""
    yield f"{change.number}  {moment_of(change.at)}  {verb_of(change)}, by {author}{': ' + change.why if change.why else ''}"
    for name, value in members_of(change):
        yield f"     {name}: {value}"

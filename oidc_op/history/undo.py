"""Undoing a change of a client or an account, as a change of its own: what was revoked or replaced never comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from oidc_op.accounts.editing import checked_username, text_of
from oidc_op.interfaces import IProvider, JSONMapping, JSONObject
from oidc_op.model.account import Account
from oidc_op.model.change import Change, change_key
from oidc_op.model.client import Client
from oidc_op.protocol.clients import new_client, replaced_client
from oidc_op.protocol.registration import metadata_of
from oidc_op.store import AlreadyExists

from .snapshot import DEFAULTS, HOUSEKEEPING, difference, members, of_text

#: Members that no undoing moves: what a record is, when it began, what ended its grants, and its secrets.
STAY = HOUSEKEEPING | {"client_id", "sub", "client_secret", "password"}
ANEW = HOUSEKEEPING | {"client_secret"}
CLAIMS = "claims."
KEYS_STAY = "what becomes of keys is never undone: a retired one stays retired; oidc-op key rotate and key retire make further changes"


class CannotUndo(ValueError):
    """A change that is not undone; says why, and what can be done instead."""


class Undone(NamedTuple):
    """The record as it is now, None where it is gone; its ``client_secret`` where one was drawn, shown once; and warnings."""

    record: Any
    client_secret: str = ""
    warnings: list[str] = []  # noqa: RUF012  a tuple's default, never changed


def undo(provider: IProvider, kind: str, name: str, number: int) -> Undone:
    """Undo the ``number``-th change of the record ``name`` in the collection ``kind``; stored, and written to the history.

    :raises CannotUndo: it is not to be undone.
    :raises ~oidc_op.protocol.clients.RefusedMetadata: the client would not be accepted as it was.
    """
    if kind == "keys":
        raise CannotUndo(KEYS_STAY)
    changes, collection = provider.store.changes, getattr(provider.store, kind)
    change, current = changes.get(change_key(kind, name, number)), collection.get(name)
    if change is None:
        raise CannotUndo(f"there is no change {number} of {name}")
    reason = f"undo of {number}"
    provider.why = f"{reason}: {provider.why}" if provider.why else reason
    if not change.before:
        return _removed(provider, change, current)
    undone = _again(provider, change, current) if not change.after else _as_before(provider, change, current)
    try:
        (collection.add if current is None else collection.put)(undone.record)
    except AlreadyExists as taken:
        raise CannotUndo(f"another account is called {taken} by now") from taken
    return undone


def _removed(provider: IProvider, change: Change, current: Any) -> Undone:
    """Undo an addition: remove the record, unless it was changed since."""
    if current is None:
        raise CannotUndo("it is removed already")
    _check_untouched(provider, change, current, of_text(change.after).keys() - STAY)
    getattr(provider.store, change.kind).remove(change.name)
    return Undone(None)


def _again(provider: IProvider, change: Change, current: Any) -> Undone:
    """Undo a removal: add the record anew, without its secret and without any grant."""
    if current is not None:
        raise CannotUndo(f"{change.name} is there again by now")
    before = of_text(change.before)
    begins = provider.now + 1  # this very second included in what is dead
    if change.kind == "clients":
        made = new_client(provider, _said({name: value for name, value in before.items() if name not in ANEW}))
        return Undone(replace(made.client, valid_after=begins), made.client_secret, made.warnings)
    claims = {name.removeprefix(CLAIMS): value for name, value in before.items() if name.startswith(CLAIMS)}
    account = Account(change.name, before["username"], "", tuple(before["roles"]), text_of(claims), begins, provider.now, begins)
    return Undone(account, warnings=["it has no password; give it one: oidc-op account password X.ini " + account.username])


def _as_before(provider: IProvider, change: Change, current: Any) -> Undone:
    """Each member that the change touched has its value of before."""
    if current is None:
        raise CannotUndo(f"{change.name} is removed; undo that first")
    touched = {name: was for name, (was, _) in difference(change).items() if name not in STAY}
    if not touched:
        raise CannotUndo("it replaced a secret or ended what was granted, and neither comes back; everything else is as it was")
    _check_untouched(provider, change, current, touched)
    have = members(current)
    wanted = {name: was for name, was in touched.items() if have.get(name) != was}
    if not wanted:
        raise CannotUndo("all that it changed is as it was before, by now")
    return _MAKE[change.kind](provider, current, wanted)


def _client(provider: IProvider, current: Client, wanted: JSONMapping) -> Undone:
    kept = {name: getattr(current, name) for name in ("grant_types", "response_types")}  # of which one would follow from the other
    made = replaced_client(provider, current, _said({**metadata_of(current), **kept, **wanted}))
    return Undone(made.client, made.client_secret, made.warnings)


def _account(provider: IProvider, current: Account, wanted: JSONMapping) -> Undone:
    claims = current.claim_values | {name.removeprefix(CLAIMS): was for name, was in wanted.items() if name.startswith(CLAIMS)}
    username, roles = wanted.get("username", current.username), tuple(wanted.get("roles", current.roles))
    claims = {name: value for name, value in claims.items() if value is not None}
    username = username and checked_username(username)
    return Undone(replace(current, username=username, roles=roles, claims=text_of(claims), updated_at=provider.now))


def _check_untouched(provider: IProvider, change: Change, current: Any, names: Any) -> None:
    """:raises CannotUndo: a later change touched one of these members, and it is neither as this change left it nor as before."""
    was, made, have = of_text(change.before), of_text(change.after), members(current)
    moved = sorted(name for name in names if have.get(name) not in (was.get(name) if was else made.get(name), made.get(name)))
    if not moved:
        return
    changes = provider.store.changes
    later = [each for each in filter(None, map(changes.get, changes.of(change.kind, change.name))) if each.number > change.number]
    by = ", ".join(str(each.number) for each in later if set(moved) & difference(each).keys())
    raise CannotUndo(f"{', '.join(moved)}: changed again since, by {by}; undo that first")


def _said(metadata: JSONMapping) -> JSONObject:
    """Without what says nothing."""
    usual = DEFAULTS["clients"]
    return {name: value for name, value in metadata.items() if value not in ("", None) or (name in usual and usual[name] not in ("", None))}


_MAKE: dict[str, Callable[[Any, Any, JSONMapping], Undone]] = {"clients": _client, "accounts": _account}

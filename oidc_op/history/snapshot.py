"""A record as the history stores it: its members, and of its secrets only that they are set or were replaced."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from functools import singledispatch
from typing import Any

from oidc_op.interfaces import JSONObject
from oidc_op.model.account import Account
from oidc_op.model.change import Change
from oidc_op.model.client import Client
from oidc_op.model.key import Key
from oidc_op.model.records import Record

#: Members that are never told: a change says itself when it was made and by whom.
UNTOLD = frozenset({"moved_at", "updated_at", "updated_by", "client_secret_digest", "client_secret_sealed", "password", "sealed"})
#: Where a record keeps a secret, and what the history calls it.
SECRETS = {Client: ("client_secret_digest", "client_secret"), Account: ("password", "password")}
HOUSEKEEPING = frozenset({"created_at", "valid_after", "dynamic", "used_at"})
UNNEEDED = HOUSEKEEPING | {"client_id", "sub", "kid"}  # of what is new or gone: said already
SET, REPLACED = "set", "replaced"


@singledispatch
def members(record: Record) -> JSONObject:
    """The members of a record by their names, as JSON has them; never a secret."""
    return json.loads(json.dumps({each.name: getattr(record, each.name) for each in fields(record) if each.name not in UNTOLD}))


@members.register
def _of_client(record: Client) -> JSONObject:
    found = members.dispatch(object)(record)
    return found | {name: json.loads(text) for name, text in found.pop("other")}


@members.register
def _of_account(record: Account) -> JSONObject:
    found = members.dispatch(object)(record)
    return found | {f"claims.{name}": value for name, value in json.loads(found.pop("claims")).items()}


@members.register
def _of_key(record: Key) -> JSONObject:
    found = members.dispatch(object)(record)
    return found | {"public": json.loads(found["public"])}


def told(record: Record, before: Any = None) -> str:
    """Return ``record`` as the history stores it, "" where there is none; ``before`` is the one that it replaces."""
    if record is None:
        return ""
    found = members(record)
    if type(record) in SECRETS:
        place, name = SECRETS[type(record)]
        had, has = getattr(before, place, ""), getattr(record, place)
        if has:
            found[name] = REPLACED if had not in ("", has) else SET
    return json.dumps(found, ensure_ascii=False)


def difference(change: Change) -> dict[str, tuple[Any, Any]]:
    """Return (before, after) for each member that a change touched; None where the member was, or is, absent.

    Of a record that is new or gone, what had its default is not told.
    """
    before, after = of_text(change.before), of_text(change.after)
    names = dict.fromkeys((*before, *after))
    found = {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
    if before and after:
        return found
    usual = DEFAULTS[change.kind]
    return {name: each for name, each in found.items() if name not in UNNEEDED and usual.get(name, usual) not in each}


def of_text(text: str) -> JSONObject:
    """Return the members in a text that the history stores."""
    return json.loads(text) if text else {}


def _defaults(kind: type) -> JSONObject:
    usual = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    return json.loads(json.dumps(usual))


DEFAULTS = {"clients": _defaults(Client), "accounts": _defaults(Account), "keys": _defaults(Key)}

"""Whether a record of a file is one that the server could have made, so that nothing breaks on it later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from typing import Any

from oidc_op.accounts.editing import checked_sub, checked_username
from oidc_op.history import KINDS
from oidc_op.history.formatting import MOMENTS as TOLD
from oidc_op.model.account import Account
from oidc_op.model.change import LAST, Change
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.handle import DAY, GRACE, read_key, slice_ends_at
from oidc_op.model.key import Key
from oidc_op.model.records import EXPIRING
from oidc_op.protocol.client_secret import PURPOSE
from oidc_op.protocol.keys import ALGORITHMS, SEAL
from oidc_op.protocol.pem import checked_kid

WORDS = 255  # characters of a client_id, and of whatever a person or a key is called
MOMENTS = frozenset({*TOLD, "at", "updated_at", "used_at", "given_at", "auth_time", "revoked_at"})
LATEST = 253_402_300_799  # the last second of the year 9999, after which no date can be written
SHOWN = 60  # characters of a name in a message


def faults_of(kind: str, record: Any) -> Iterator[str]:
    """Return the faults of a record of this collection, a sentence each."""
    moments = [(each.name, _moment, getattr(record, each.name)) for each in fields(record) if each.name in MOMENTS]
    for name, check, value in [*_CHECKS[kind](record), *moments]:
        try:
            check(value)
        except (ValueError, RecursionError) as error:
            yield f"{kind}: {shown(record.key)}: {name}: {error}"


def shown(key: str) -> str:
    """A key as a message has it, whatever is in it."""
    text = key.replace("\t", " ")
    return (text if text.isprintable() else ascii(text))[:SHOWN]


def sealed_with(record: Any) -> tuple[str, str, str] | None:
    """The sealed secret of a record: its purpose, the sealed text, and its name for people."""
    if isinstance(record, Key) and not record.retired_at:
        return SEAL, record.sealed, f"key {shown(record.kid)}"
    if isinstance(record, Client) and record.client_secret_sealed:
        return PURPOSE, record.client_secret_sealed, f"secret of {shown(record.client_id)}"
    return None


Checks = list[tuple[str, Callable[[Any], Any], Any]]


def _client(client: Client) -> Checks:
    return [("client_id", _identifier, client.client_id), *((shown(name), json.loads, text) for name, text in client.other)]


def _account(account: Account) -> Checks:
    called: Checks = [("username", checked_username, account.username)] if account.username else []
    return [("sub", checked_sub, account.sub), *called, ("claims", _object, account.claims)]


def _key(key: Key) -> Checks:
    return [("kid", checked_kid, key.kid), ("alg", _algorithm, key.alg), ("public", _object, key.public)]


def _consent(consent: Consent) -> Checks:
    return [("sub", _name, consent.sub), ("client_id", _identifier, consent.client_id)]


def _change(change: Change) -> Checks:
    texts: Checks = [(name, _object, text) for name in ("before", "after") if (text := getattr(change, name))]
    return [("kind", _collection, change.kind), ("name", _name, change.name), ("number", _number, change.number), *texts]


def _expiring(record: Any) -> Checks:
    return [("key", partial(_place, record.expires_at), record.key)]


_CHECKS: dict[str, Callable[[Any], Checks]] = {
    "clients": _client,
    "accounts": _account,
    "keys": _key,
    "consents": _consent,
    "changes": _change,
    **dict.fromkeys(EXPIRING, _expiring),
}


def _object(text: str) -> None:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("must be the text of a JSON object")  # noqa: TRY004  it is a text that is wrong


def _name(text: str) -> None:
    if not text or len(text) > WORDS or not text.isprintable():
        raise ValueError(f"must have 1 to {WORDS} printable characters")


def _identifier(text: str) -> None:
    if not text or len(text) > WORDS or not (text.isascii() and text.isprintable()):
        raise ValueError(f"must have 1 to {WORDS} printable ASCII characters")


def _moment(seconds: int) -> None:
    if seconds > LATEST:
        raise ValueError(f"must be from 0 to {LATEST}")


def _algorithm(alg: str) -> None:
    if alg not in ALGORITHMS:
        raise ValueError(f"must be one of {', '.join(ALGORITHMS)}")


def _collection(kind: str) -> None:
    if kind not in KINDS.values():
        raise ValueError(f"must be one of {', '.join(KINDS.values())}")


def _number(number: int) -> None:
    if not 1 <= number <= LAST:
        raise ValueError(f"must be from 1 to {LAST}")


def _place(expires_at: int, key: str) -> None:
    """Stores keep it where its key says, and drop what is there as a whole."""
    number, _ = read_key(key)
    if not expires_at <= slice_ends_at(number) <= expires_at + DAY + GRACE:
        raise ValueError("says another moment than expires_at")

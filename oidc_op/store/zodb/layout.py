"""The layout of the databases, under one root key of ours.

The first database holds configuration, whose history is kept; the one called ``grants`` what expires. Where there is only
one, it holds both. Nothing refers from one to the other but by key.
"""

from __future__ import annotations

from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from oidc_op.model.records import CONFIGURATION, EXPIRING
from oidc_op.store import StoreNotReady

from .evolve import NEWEST, NUMBER, evolve
from .listing import make_shards

ROOT = "oidc_op"
GRANTS = "grants"  # the name of the second database

USERNAMES, LISTED = "usernames", "listed"  # beside the collections


def make(connection: Any, *, configuration: bool, expiring: bool) -> bool:
    """Make the structure in a database, or what it lacks of this version's; whether something was made, False where all was there.

    :raises StoreNotReady: a newer version wrote it.
    """
    root = connection.root()
    made = ROOT not in root
    if made:
        root[ROOT] = OOBTree({NUMBER: NEWEST})
    ours = root[ROOT]
    check_not_newer(_key(connection), ours)
    if ours[NUMBER] < NEWEST:
        made = [*evolve(ours)] != [] or made
    missing = {name: OOBTree for name in (*CONFIGURATION, USERNAMES) if configuration} | {name: LOBTree for name in EXPIRING if expiring}
    for name, tree in missing.items():
        if name not in ours:
            ours[name] = tree()
            made = True
    if expiring and LISTED not in ours:
        ours[LISTED] = make_shards()
    return made


def check(connection: Any, *, expiring: bool) -> None:
    """See that the structure is there and that this version can read it.

    :raises StoreNotReady: it is not, or it cannot.
    """
    key, ours = _key(connection), connection.root().get(ROOT)
    if ours is None or (expiring and LISTED not in ours):
        raise StoreNotReady(f"the database of {key} is not initialised; do: oidc-op init X.ini")
    check_not_newer(key, ours)
    if ours[NUMBER] < NEWEST:
        written = f"was written by an older version of oidc_op (schema {ours[NUMBER]}, here {NEWEST})"
        raise StoreNotReady(f"the database of {key} {written}; do: oidc-op upgrade X.ini")


def check_not_newer(key: str, ours: Any) -> None:
    """:raises StoreNotReady: a newer version wrote it."""
    if ours[NUMBER] > NEWEST:
        raise StoreNotReady(f"the database of {key} was written by a newer version of oidc_op (schema {ours[NUMBER]}, here {NEWEST})")


def upgrade(connection: Any) -> list[str]:
    """Take the steps that are missing in a database; what was done, in words.

    :raises StoreNotReady: it is not one of ours, or a newer version wrote it.
    """
    key, ours = _key(connection), connection.root().get(ROOT)
    if ours is None:
        raise StoreNotReady(f"the database of {key} is not initialised; do: oidc-op init X.ini")
    check_not_newer(key, ours)
    before = ours[NUMBER]
    if before == NEWEST:
        return []
    done = list(evolve(ours))
    return [f"{key}: from schema {before} to {NEWEST}", *(f"{key}: {words}" for words in done)]


def _key(connection: Any) -> str:
    """The setting that names the database."""
    name = connection.db().database_name
    return f"zodbconn.uri.{name}" if name else "zodbconn.uri"

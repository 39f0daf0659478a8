"""What lies in the databases, under one root key of ours.

The first database holds configuration, whose history is kept; the one called ``grants`` what expires. Where there is only
one, it holds both. Nothing refers from one to the other but by key.
"""

from __future__ import annotations

from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from oidc_op.store import StoreNotReady

from . import evolve
from .listing import make_shards

ROOT = "oidc_op"
SCHEMA = evolve.NEWEST  # raised with each step by which stored things change shape
GRANTS = "grants"  # the name of the second database

CONFIGURATION = ("clients", "accounts", "usernames", "keys", "consents", "changes")
EXPIRING = ("grants", "sessions", "tickets")
LISTED = "listed"


def make(connection: Any, *, configuration: bool, expiring: bool) -> bool:
    """Make the structure in a database, or what it lacks of this version's; whether something was made, False where all was there."""
    root = connection.root()
    made = ROOT not in root
    if made:
        root[ROOT] = OOBTree({"schema": SCHEMA})
    ours = root[ROOT]
    if ours["schema"] < SCHEMA:
        made = [*evolve.evolve(ours)] != [] or made
    missing = {name: OOBTree for name in CONFIGURATION if configuration} | {name: LOBTree for name in EXPIRING if expiring}
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
    name = connection.db().database_name
    key = f"zodbconn.uri.{name}" if name else "zodbconn.uri"
    ours = connection.root().get(ROOT)
    if ours is None or (expiring and LISTED not in ours):
        raise StoreNotReady(f"the database of {key} is not initialised; do: oidc-op init X.ini")
    check_not_newer(key, ours)
    if ours["schema"] < SCHEMA:
        written = f"was written by an older version of oidc_op (schema {ours['schema']}, here {SCHEMA})"
        raise StoreNotReady(f"the database of {key} {written}; do: oidc-op upgrade X.ini")


def check_not_newer(key: str, ours: Any) -> None:
    """:raises StoreNotReady: a newer version wrote it."""
    if ours["schema"] > SCHEMA:
        raise StoreNotReady(f"the database of {key} was written by a newer version of oidc_op (schema {ours['schema']}, here {SCHEMA})")


def upgrade(connection: Any) -> list[str]:
    """Take the steps that are missing in a database; what was done, in words.

    :raises StoreNotReady: it is not one of ours, or a newer version wrote it.
    """
    name = connection.db().database_name
    key = f"zodbconn.uri.{name}" if name else "zodbconn.uri"
    ours = connection.root().get(ROOT)
    if ours is None:
        raise StoreNotReady(f"the database of {key} is not initialised; do: oidc-op init X.ini")
    check_not_newer(key, ours)
    before = ours["schema"]
    if before == SCHEMA:
        return []
    done = list(evolve.evolve(ours))
    return [f"{key}: from schema {before} to {SCHEMA}", *(f"{key}: {words}" for words in done)]

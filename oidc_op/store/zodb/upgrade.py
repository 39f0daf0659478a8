"""Databases that an older version wrote, brought to what this one reads before there is an application."""

from __future__ import annotations

from oidc_op.interfaces import RawSettings
from oidc_op.store import files

from . import layout
from .opening import connected, opened_databases, our_uris


def upgrade(settings: RawSettings) -> list[str]:
    """Take the steps that are missing in the databases that ``settings`` name; what was done, in words.

    :raises ConfigurationError: one is missing, was never initialised, cannot be opened, or was written by a newer version.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    for uri in our_uris(settings).values():
        files.check_there(uri)
    done = []
    with opened_databases(settings) as databases:
        for database in databases.values():
            with connected(database) as connection:
                done += layout.upgrade(connection)
    return done

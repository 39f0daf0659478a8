"""Databases that an older version wrote, brought to what this one reads before there is an application."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pyramid_zodbconn import db_from_uri

from oidc_op.interfaces import JSONObject
from oidc_op.store import files

from . import layout
from .databases import cannot_open, close_all, connected, our_uris


def upgrade(settings: Mapping[str, Any]) -> list[str]:
    """Take the steps that are missing in the databases that ``settings`` name; what was done, in words.

    :raises ConfigurationError: one is missing, was never initialised, cannot be opened, or was written by a newer version.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    uris = our_uris(settings)
    for uri in uris.values():
        files.check_there(uri)
    databases: JSONObject = {}
    done = []
    try:
        with files.private():
            for name, uri in uris.items():
                with files.held(uri), cannot_open(name, uri):
                    db_from_uri(uri, name, databases)
        for name in uris:
            with connected(databases[name]) as connection:
                done += layout.upgrade(connection)
    finally:
        close_all(databases, os.getpid())
    return done

"""The store in ZODB databases, opened by pyramid_zodbconn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oidc_op.interfaces import IStoreBackend, IStoreFactory, RawSettings
from oidc_op.secret import MasterSecret
from oidc_op.store import refuse_in_child

from .databases import initialise, initialise_uri_settings, make_ready, open_databases, servers
from .filestorage import backup
from .filestorage.packing import Say
from .opening import our_uris
from .store import open_stores
from .upgrade import upgrade

if TYPE_CHECKING:
    from pyramid.config import Configurator

__all__ = ["includeme", "initialise", "initialise_uri_settings", "make_ready", "our_uris", "restore", "upgrade"]


def includeme(config: Configurator) -> None:
    """Open the databases that the settings ``zodbconn.uri…`` name, until the process ends.

    :raises ConfigurationError: none is named, or it is not there, not initialised, or held by another process.
    """
    config.registry.registerUtility(open_databases(config), IStoreBackend)
    bound = config.registry.oidc_settings.max_grants_per_client
    config.registry.registerUtility(refuse_in_child(open_stores(bound, servers(config.registry))), IStoreFactory)


def restore(settings: RawSettings, folder: Path, say: Say, secret: MasterSecret | None, *, replace: bool) -> list[str]:
    """Restore a backup: see ``oidc_op.store.restore``."""
    return backup.restore(our_uris(settings), folder, say, secret, replace=replace)

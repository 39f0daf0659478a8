"""The store in ZODB databases, opened by pyramid_zodbconn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oidc_op.interfaces import IStoreFactory
from oidc_op.store import refuse_in_child

from .databases import close, file_of, initialise, initialise_uri_settings, keeps_nothing, open_databases, our_uris
from .files import reason_of
from .store import open_stores

if TYPE_CHECKING:
    from pyramid.config import Configurator

__all__ = ["close", "file_of", "includeme", "initialise", "initialise_uri_settings", "keeps_nothing", "our_uris", "reason_of"]


def includeme(config: Configurator) -> None:
    """Open the databases that the settings ``zodbconn.uri…`` name, until the process ends.

    :raises ConfigurationError: none is named, or it is not there, not initialised, or held by another process.
    """
    open_databases(config)
    bound = config.registry.oidc_settings.max_grants_per_client
    config.registry.registerUtility(refuse_in_child(open_stores(bound)), IStoreFactory)

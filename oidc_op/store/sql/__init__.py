"""The store in a relational database: PostgreSQL, or SQLite for trial, spoken to by SQLAlchemy Core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from oidc_op.interfaces import IStoreBackend, IStoreFactory

from .backend import Connections
from .engine import is_in_memory, make_engine, url_of
from .partitions import Partitions
from .prefetch import Foresight
from .schema import check, make_ready, migrate, upgrade
from .slices import Rows, Slices
from .store import Process, open_stores

if TYPE_CHECKING:
    from pyramid.config import Configurator

__all__ = ["includeme", "make_ready", "upgrade", "url_of"]


def includeme(config: Configurator) -> None:
    """Connect to the database that the settings ``sqlalchemy.…`` name, until the process ends.

    :raises ConfigurationError: none is named, or it cannot be reached, or is not initialised.
    """
    registry = config.registry
    engine, alone = make_engine(registry.settings), make_engine(registry.settings, pooled=False)
    connections = Connections((engine, alone), registry)
    try:
        if is_in_memory(engine.url):
            with engine.begin() as connection:
                migrate(connection, partitioned=False)
        slices: Slices = Rows()
        if check(engine):
            slices = partitions = Partitions(alone)
            event.listen(engine, "handle_error", lambda context: partitions.look_again(context.original_exception))
    except BaseException:
        connections.close()
        raise
    registry.registerUtility(connections, IStoreBackend)
    process = Process(engine, slices, Foresight(), registry.oidc_settings.max_grants_per_client)
    registry.registerUtility(open_stores(process), IStoreFactory)

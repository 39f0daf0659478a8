"""The store as one request sees it, on the connections that pyramid_zodbconn opens for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.decorator import reify
from pyramid_zodbconn import get_connection
from zope.interface import implementer

from oidc_op.interfaces import IStore, Request

from .collections import AccountCollection, ChangeCollection, Collection, ConsentCollection
from .databases import has_grants_database
from .grants import GrantCollection
from .layout import GRANTS, LISTED, ROOT
from .listing import Listing
from .records import ClientRecord, KeyRecord, SessionRecord, TicketRecord
from .slices import Expiring
from .zeo import Servers


@implementer(IStore)
class ZODBStore:
    """Eight collections; a connection is opened when the first of them is asked for.

    Nothing of a transaction is kept here, so it may be used again in the next one, and over savepoints.
    """

    def __init__(self, request: Request, max_grants_per_client: int, servers: Servers) -> None:
        self._request, self._servers = request, servers
        self._max_grants_per_client = max_grants_per_client

    @reify
    def clients(self) -> Collection:
        return Collection(self._configuration["clients"], ClientRecord)

    @reify
    def accounts(self) -> AccountCollection:
        return AccountCollection(self._configuration["accounts"], self._configuration["usernames"])

    @reify
    def keys(self) -> Collection:
        return Collection(self._configuration["keys"], KeyRecord)

    @reify
    def consents(self) -> ConsentCollection:
        return ConsentCollection(self._configuration["consents"])

    @reify
    def changes(self) -> ChangeCollection:
        return ChangeCollection(self._configuration["changes"])

    @reify
    def grants(self) -> GrantCollection:
        return GrantCollection(self._expiring["grants"], Listing(self._expiring[LISTED], self._max_grants_per_client))

    @reify
    def sessions(self) -> Expiring:
        return Expiring(self._expiring["sessions"], SessionRecord)

    @reify
    def tickets(self) -> Expiring:
        return Expiring(self._expiring["tickets"], TicketRecord)

    def prefetch(self, **keys: str) -> None:
        """Nothing: reading a record is no round trip."""

    def relax(self) -> None:
        """Keep no more of what was read in memory than the caches may hold; else they are seen to when a transaction ends."""
        for ours in (self._configuration, self._expiring):
            ours._p_jar.cacheGC()  # noqa: SLF001  the connection

    @reify
    def _configuration(self) -> Any:
        with self._servers.reached():
            return get_connection(self._request).root()[ROOT]

    @reify
    def _expiring(self) -> Any:
        if not has_grants_database(self._request.registry):
            return self._configuration
        with self._servers.reached():
            return get_connection(self._request, GRANTS).root()[ROOT]


def open_stores(max_grants_per_client: int, servers: Servers) -> Callable[[Any], ZODBStore]:
    """The factory of stores: ``(request) -> IStore``."""

    def open_store(request: Request) -> ZODBStore:
        return ZODBStore(request, max_grants_per_client, servers)

    return open_store

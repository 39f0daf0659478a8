"""Databases on a ZEO server: how they have to be opened, and what becomes of requests while the server is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.exceptions import ConfigurationError
from ZEO.ClientStorage import ClientStorage
from ZEO.Exceptions import ClientDisconnected
from zodburi import resolve_uri

from oidc_op.store import StoreUnavailable

log = logging.getLogger(__name__)
SCHEME = "zeo://"
STALE = "another process would see what is written a moment late, and refuse a code that has just been given out"


def check_scheme(key: str, uri: str) -> None:
    """See that a URI can say all that is needed.

    :raises ConfigurationError: it is ``zeo://``, which cannot.
    """
    if uri.startswith(SCHEME):
        raise ConfigurationError(
            f"{key} = {uri}: zeo:// cannot say server-sync, and without it {STALE}; "
            f"describe the server in a file with server-sync true, and write {key} = zconfig://%(here)s/zeo.conf#main"
        )


def check_synchronous(key: str, storage: Any) -> None:
    """See that a transaction begins by asking the server what is new.

    :raises ConfigurationError: it does not.
    """
    if isinstance(storage, ClientStorage) and not storage.server_sync:
        raise ConfigurationError(f"{key}: its <clientstorage> needs the line server-sync true; without it {STALE}")


def not_reached(uri: str) -> str:
    """Return the message that the server of ``uri`` did not answer."""
    config = getattr(getattr(resolve_uri(uri)[0], "__self__", None), "config", None)
    if config is None:
        return "the ZEO server did not answer"
    named = _named(each.address for each in config.server)
    return f"{named} did not answer within {config.wait_timeout} seconds; see that runzeo runs there"


def _named(addresses: Iterable[Any]) -> str:
    places = (each if isinstance(each, str) else ":".join(map(str, each)) for each in addresses)
    return f"the ZEO server at {', '.join(places)}"


class Servers:
    """The ZEO servers of an application, which may be away for a while; none where its databases are files.

    The first requests in an outage wait for it to end, as long as ``wait-timeout`` says. Once that has passed in vain,
    those that come are refused at once, until there is a connection again, which ZEO sees to by itself.
    """

    def __init__(self, databases: Iterable[Any]) -> None:
        self._clients = [each.storage for each in databases if isinstance(each.storage, ClientStorage)]
        self._away_since: float | None = None
        self._generations: dict[Any, int] = {}

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Guard the block that opens a connection.

        :raises StoreUnavailable: a server is away. (Not an error that is run again, as ZEO's own is: that would wait again.)
        """
        try:
            self._wait()
            yield
        except ClientDisconnected as error:
            raise StoreUnavailable(f"the ZEO server is away: {error}") from error

    def _wait(self) -> None:
        """Before a connection is opened, since one that could not be opened wholly is never put back."""
        away = [each for each in self._clients if not each.is_connected()]
        if away:
            self._is_away(away[0])
            away[0]._wait()  # noqa: SLF001  what opening would do
        if self._away_since is not None:
            self._away_since = None
            log.warning("the ZEO server is back")
        for client in self._clients:
            self._forget_oids(client)

    def _forget_oids(self, client: Any) -> None:
        """Ask for other object ids after a connection was lost.

        A client asks for a hundred at a time. A server that was killed does not know any more which it had given out, and
        gives them to somebody else too, so those that are left would conflict one by one.
        """
        generation = client._connection_generation  # noqa: SLF001  nothing public has it
        if self._generations.setdefault(client, generation) != generation:
            self._generations[client] = generation
            client._oids = []  # noqa: SLF001  as above

    def _is_away(self, client: Any) -> None:
        now, named = time.monotonic(), _named(client._addr)  # noqa: SLF001  nothing public has it
        since = self._away_since  # another thread may find it back at any moment
        if since is None:
            self._away_since = now
            log.error("%s is away: requests fail until it is back", named)
        elif now - since > client._server.timeout:  # noqa: SLF001  as above
            raise StoreUnavailable(f"{named} is away")

"""The provider on a ZEO server, for conversations: one application, whose store is emptied before each of them."""

from contextlib import contextmanager

from mounts import InProcess, root
from zeo_server import ZEOServer

from oidc_op.interfaces import IKeyCache
from oidc_op.store.zodb import initialise, initialise_uri_settings
from oidc_op.store.zodb.layout import ROOT


class OnZEO(InProcess):
    """``main()``, its things kept by another process."""

    address = "198.51.100.1"

    def renew(self, keys):
        """Begin anew: an empty store, and ``keys``."""
        for database in self.registry._zodb_databases.values():
            with database.transaction() as connection:
                connection.root().pop(ROOT, None)
        initialise(self.registry)
        self.registry.getUtility(IKeyCache).forget()
        keys(self.registry)


@contextmanager
def on_zeo(folder, keys):
    """At the root of its host, over https."""
    server = ZEOServer(folder / "zeo")
    server.start()
    try:
        initialise_uri_settings(server.settings())
        with root(folder, keys, **server.settings()) as mount:
            yield OnZEO(mount.app, mount.issuer, mount.clock)
    finally:
        server.stop()

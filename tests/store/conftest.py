"""Applications that have a store and nothing else, and sessions on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from transaction import TransactionManager

from oidc_op.interfaces import IStoreFactory
from oidc_op.store import close, make_ready
from oidc_op.store.sql.tables import described


class Stores:
    """The stores of one application."""

    def __init__(self, settings):
        config = Configurator(settings=settings)
        config.include("oidc_op.store")
        config.commit()
        self.registry = config.registry

    def request(self):
        """A request as pyramid_tm makes it, with an explicit manager."""
        request = Request.blank("/token")
        request.registry = self.registry
        request.tm = TransactionManager(explicit=True)
        return request

    def open(self, request):
        return self.registry.getUtility(IStoreFactory)(request)

    @contextmanager
    def session(self, note="/token"):
        """A store in a transaction of its own, as a request has it."""
        request = self.request()
        try:
            with request.tm as transaction:
                transaction.note(note)
                yield self.open(request)
        finally:
            request._process_finished_callbacks()

    def close(self):
        if self.registry is not None:
            close(self.registry)


@pytest.fixture
def open_stores() -> Iterator[Callable[..., Stores]]:
    """Makes applications by their settings, and closes them at the end."""
    opened = []

    def make(settings, *, init=False):
        if init:
            make_ready(settings)
        opened.append(Stores(settings))
        return opened[-1]

    yield make
    for stores in opened:
        stores.close()


@pytest.fixture
def file_settings(tmp_path):
    """Settings of a store in two files, with connections for eight threads."""
    query = "connection_pool_size=12&connection_cache_size=4000"
    return {
        "zodbconn.uri": f"file://{tmp_path}/var/data.fs?{query}",
        "zodbconn.uri.grants": f"file://{tmp_path}/var/grants.fs?{query}",
    }


@pytest.fixture
def file_stores(open_stores, file_settings):
    return open_stores(file_settings, init=True)


@pytest.fixture
def sqlite_settings(tmp_path):
    """Settings of a store in a file of SQLite's."""
    return {"oidc.store": "sql", "sqlalchemy.url": f"sqlite:///{tmp_path}/var/data.sqlite"}


@pytest.fixture(scope="session")
def prepared(postgresql_server):
    """Makes the settings of a store in a database that holds nothing, made once, since that takes a tenth of a second."""
    made = set()

    def prepare(name, **settings):
        settings |= {"oidc.store": "sql", "sqlalchemy.url": postgresql_server.url(name)}
        if name not in made:
            make_ready(settings)
            made.add(name)
        postgresql_server.run("; ".join(f"DELETE FROM {table}" for table in described().tables), database=name)
        return settings

    return prepare


@pytest.fixture
def postgresql_settings(prepared):
    """Settings of a store in PostgreSQL."""
    return prepared("store")


@pytest.fixture
def unpartitioned_settings(prepared):
    """Settings of one that has no partitions."""
    return prepared("unpartitioned", **{"oidc.store_partitions": "false"})


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_settings(request):
    """Settings of a store in either."""
    return request.getfixturevalue(f"{request.param}_settings")

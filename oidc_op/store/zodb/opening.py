"""Opening and closing ZODB databases, and words for what may go wrong.

pyramid_zodbconn's ini keys are the convention, so a host may share its databases. What it lacks is here: closing, which
saves the index of a FileStorage (without it the next start reads the whole file), and a limit on the classes of objects.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import pyramid_zodbconn
from pyramid.exceptions import ConfigurationError
from pyramid_zodbconn import get_uris
from transaction import TransactionManager
from transaction.interfaces import NoTransaction
from ZConfig import ConfigurationError as FaultyFile
from ZEO.Exceptions import ClientDisconnected
from ZODB import DB
from ZODB.FileStorage.FileStorage import FileStorageFormatError
from ZODB.POSException import POSError
from zodburi import resolve_uri

from oidc_op.interfaces import JSONObject, RawSettings, Registry
from oidc_op.store import files

from . import layout, zeo
from .filestorage import integrity
from .stored_classes import find_class

if TYPE_CHECKING:
    from pyramid.config import Configurator

URI = "zodbconn.uri"
ADMITTED = "oidc.zodb_modules"


def our_uris(settings: RawSettings) -> dict[str, str]:
    """Return the URIs of our databases by name: "" and perhaps ``grants``; a host may have others.

    :raises ConfigurationError: there is no first one, or one that cannot be right.
    """
    uris = {name: uri for name, uri in get_uris(settings) if name in ("", layout.GRANTS)}
    if not uris:
        raise ConfigurationError(f"{URI} is missing: the URI of the database, such as file://%(here)s/var/data.fs")
    for name, uri in uris.items():
        zeo.check_scheme(key_of(name), uri)
    return uris


def key_of(name: str) -> str:
    """Return the setting that names a database."""
    return f"{URI}.{name}" if name else URI


def databases_of(registry: Registry) -> dict[str, DB] | None:
    """Return the open databases of an application by name; None before there are any."""
    return getattr(registry, "_zodb_databases", None)  # where pyramid_zodbconn keeps them


def include_databases(config: Configurator) -> None:
    """Open all databases that the settings of an application name, where the host has not done so.

    :raises ConfigurationError: one cannot be opened.
    :raises oidc_op.store.StoreNotReady: the file of one of ours is not there.
    :raises oidc_op.store.StoreDamaged: the file of one of ours is not whole.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    registry = config.registry
    if databases_of(registry) is not None:
        return
    admitted = registry.oidc_settings.zodb_modules
    for uri in our_uris(registry.settings).values():
        check_whole(uri)
        files.check_there(uri)

    def opened(uri: str, name: str, databases: dict[str, DB]) -> DB:
        return open_database(name, uri, databases, admitted)

    try:
        with files.private():
            pyramid_zodbconn.includeme(config, db_from_uri=opened)
    except BaseException:
        close_all(databases_of(registry) or {}, os.getpid())
        raise


@contextmanager
def opened_databases(settings: RawSettings) -> Iterator[dict[str, DB]]:
    """Open our databases before there is an application, and close them afterwards; new files are for the owner only.

    :raises ConfigurationError: one cannot be opened.
    :raises oidc_op.store.StoreDamaged: a file is not whole.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    databases: dict[str, DB] = {}
    try:
        with files.private():
            for name, uri in our_uris(settings).items():
                check_whole(uri)
                open_database(name, uri, databases, str(settings.get(ADMITTED) or "").split())
        yield databases
    finally:
        close_all(databases, os.getpid())


def open_database(name: str, uri: str, databases: dict[str, DB], admitted: Iterable[str]) -> DB:
    """Open one database among ``databases``; objects are of our classes or of the packages that are ``admitted``.

    :raises ConfigurationError: it cannot be opened; says which it is, and why.
    :raises oidc_op.store.StoreHeld: another process has its file open.
    """
    with files.held(uri), _cannot_open(name, uri):
        make_storage, options = resolve_uri(uri)
        options |= {"database_name": name, "databases": databases, "class_factory": find_class(tuple(admitted))}
        storage = make_storage()
        try:
            database = DB(storage, **options)
        except BaseException:
            databases.pop(name, None)
            storage.close()
            raise
    zeo.check_synchronous(key_of(name), storage)
    return database


def check_whole(uri: str) -> None:
    """:raises oidc_op.store.StoreDamaged: it is a file that is not whole."""
    if (path := files.path_of(uri)) is not None and path.parent.is_dir():
        with files.private():
            integrity.check(path)


@contextmanager
def connected(database: DB) -> Iterator[Any]:
    """Give a connection in a transaction of its own, which is committed at the end.

    :raises oidc_op.store.StoreDamaged: what is in the database cannot be read.
    """
    manager = TransactionManager(explicit=True)
    connection = database.open(transaction_manager=manager)
    try:
        with integrity.readable(database.storage.getName()), manager:
            yield connection
    finally:
        connection.close()


@contextmanager
def _cannot_open(name: str, uri: str) -> Iterator[None]:
    try:
        yield
    except (LookupError, ValueError, OSError, POSError, UnpicklingError, FaultyFile) as error:
        if isinstance(error, FileStorageFormatError):
            reason = f"{error} is not a file of ZODB's"
        elif isinstance(error, ClientDisconnected):
            reason = zeo.not_reached(uri)
        elif isinstance(error, FaultyFile):
            reason = " ".join(str(error).split())  # it names the line on a line of its own
        else:
            reason = files.reason_of(error) if isinstance(error, OSError) else str(error.args[0] if error.args else error)
        raise ConfigurationError(f"{key_of(name)}: cannot be opened: {reason}") from error


def close_all(databases: JSONObject, opened_by: int) -> None:
    """Close ``databases``, unless this is a forked child of the process ``opened_by``: their files are its parent's."""
    if os.getpid() == opened_by:
        with files.private():
            for database in list(databases.values()):
                try:
                    database.close()
                except NoTransaction:  # the ZEO server went while a connection was opened, which counts as open ever since
                    database.storage.close()

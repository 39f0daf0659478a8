"""The databases of a process: opened at its start by pyramid_zodbconn, closed at its end.

pyramid_zodbconn's ini keys are the convention, so a host may share its databases. What it lacks is here: closing, which
saves the index of a FileStorage (without it the next start reads the whole file), and words for what may go wrong.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from pyramid.exceptions import ConfigurationError
from pyramid_zodbconn import db_from_uri, get_uris
from transaction import TransactionManager
from transaction.interfaces import NoTransaction
from zc.lockfile import LockError
from ZConfig import ConfigurationError as FaultyFile
from ZEO.Exceptions import ClientDisconnected
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.FileStorage.FileStorage import FileStorageFormatError
from ZODB.MappingStorage import MappingStorage
from ZODB.POSException import POSError
from zope.interface import implementer

from oidc_op.interfaces import IStoreBackend, JSONObject, Registry
from oidc_op.store import DoneElsewhere, files

from . import layout, zeo
from .filestorage import backup, integrity
from .filestorage.packing import Packing, Say
from .filestorage.storage import take_care

if TYPE_CHECKING:
    from pyramid.config import Configurator

URI = "zodbconn.uri"
MEGABYTE = 1_000_000


@implementer(IStoreBackend)
class Databases:
    """The open databases of an application, by name.

    They are closed when ``registry`` goes or the process ends, whichever is first, and once; only in the process that opened.
    """

    def __init__(self, databases: JSONObject, registry: Registry) -> None:
        self._databases = databases
        self._names = list(our_uris(registry.settings))
        for name in self._names:
            take_care(databases[name].storage)
        self._packings = {name: Packing(databases[name]) for name in self._names}
        self._least = registry.oidc_settings.pack_from * MEGABYTE
        self._closer = weakref.finalize(registry, _end, databases, list(self._packings.values()), os.getpid())

    @property
    def held_file(self) -> str | None:
        """The file of the first database, where it is a FileStorage."""
        storage = self._first.storage
        return storage.getName() if isinstance(storage, FileStorage) else None

    @property
    def keeps_nothing(self) -> bool:
        return isinstance(self._first.storage, MappingStorage)

    @property
    def _first(self) -> Any:
        return self._databases[""]

    def close(self) -> None:
        self._closer()

    def tend(self) -> None:
        """Pack the file of what expires once it has grown. That of what is configured keeps its history until it is told."""
        if self._least and layout.GRANTS in self._names and isinstance(self._databases[layout.GRANTS].storage, FileStorage):
            packing = self._packings[layout.GRANTS]
            if packing.has_grown(self._least):
                packing.begin()

    def pack(self, say: Say, history: float | None = None) -> list[str]:
        """Where there is one database, it holds both, and is packed only with ``history``."""
        names = [name for name in self._names if name == layout.GRANTS or history is not None]
        if not names:
            raise DoneElsewhere(
                "there is one file, with the history of what is configured: say how many days of it to keep, such as --history 365"
            )
        for name in names:
            self._packings[name].pack(say, days=(history or 0) if _holds_configuration(name) else 0)
        return [self._packings[name].path for name in names]

    def back_up(self, folder: Path, say: Say, *, whole: bool) -> list[str]:
        """What expires first: then everything that it refers to by key is in the copy of the other."""
        files = {name: self._packings[name] for name in sorted(self._names, reverse=True)}
        if strange := [name for name in files if not isinstance(self._databases[name].storage, FileStorage)]:
            uri = f"{URI}.{strange[0]}" if strange[0] else URI
            raise DoneElsewhere(f"{uri} is no file of this process: copy it where it is, with ZEO by repozo where runzeo runs")
        return [path for name, packing in files.items() for path in backup.back_up(name, packing, folder, say, whole=whole)]


def open_databases(config: Configurator) -> Databases:
    """Open what the settings name and see that it is ours; what lives in memory is initialised.

    :raises ConfigurationError: no ``zodbconn.uri``, one that cannot be opened, a file that is missing, damaged or not initialised.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    registry = config.registry
    uris = our_uris(registry.settings)
    if _databases(registry) is None:  # else the host included pyramid_zodbconn itself
        for uri in uris.values():
            _check_whole(uri)
            files.check_there(uri)
        with files.private(), _told(dict(get_uris(registry.settings)), registry):
            config.include("pyramid_zodbconn")
    databases = _databases(registry)
    opened = Databases(databases, registry)
    try:
        for name in uris:
            zeo.check_synchronous(_key(name), databases[name].storage)
            if isinstance(databases[name].storage, MappingStorage | DemoStorage):
                _make(databases[name], uris)
            with integrity.readable(databases[name].storage.getName()), connected(databases[name]) as connection:
                layout.check(connection, expiring=_holds_expiring(name, uris))
    except BaseException:
        opened.close()
        raise
    return opened


def initialise(registry: Registry) -> bool:
    """Make what is missing in the open databases of an application; whether anything was."""
    uris = our_uris(registry.settings)
    made = [_make(_databases(registry)[name], uris) for name in uris]  # all, before asking whether any
    return any(made)


def make_ready(settings: Mapping[str, Any]) -> list[str]:
    """Make what is missing before there is an application; what was done, in words.

    :raises ConfigurationError, StoreHeld, OSError: as ``initialise_uri_settings`` does.
    """
    return ["made the store"] if initialise_uri_settings(settings) else []


def initialise_uri_settings(settings: Mapping[str, Any]) -> bool:
    """Make the databases that ``settings`` name before there is an application; whether anything was new.

    Missing folders of ``file://`` URIs are made with mode 700, files with mode 600.

    :raises ConfigurationError: no ``zodbconn.uri``, or one that cannot be opened.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    :raises OSError: a folder cannot be made.
    """
    uris = our_uris(settings)
    databases: JSONObject = {}
    made = []
    try:
        with files.private():
            for name, uri in uris.items():
                files.make_folder(uri)
                _check_whole(uri)
                with files.held(uri), cannot_open(name, uri):
                    database = db_from_uri(uri, name, databases)
                zeo.check_synchronous(_key(name), database.storage)
                made.append(_make(database, uris))
    finally:
        close_all(databases, os.getpid())
    return any(made)


def our_uris(settings: Mapping[str, Any]) -> dict[str, str]:
    """The URIs of our databases by name: "" and perhaps ``grants``; a host may have others.

    :raises ConfigurationError: there is no first one, or one that cannot be right.
    """
    uris = {name: uri for name, uri in get_uris(settings) if name in ("", layout.GRANTS)}
    if not uris:
        raise ConfigurationError(f"{URI} is missing: the URI of the database, such as file://%(here)s/var/data.fs")
    for name, uri in uris.items():
        zeo.check_scheme(_key(name), uri)
    return uris


def servers(registry: Registry) -> zeo.Servers:
    """The ZEO servers of an application's databases."""
    databases = _databases(registry)
    return zeo.Servers(databases[name] for name in our_uris(registry.settings))


def has_grants_database(registry: Registry) -> bool:
    """Whether what expires has a database of its own."""
    return layout.GRANTS in registry._zodb_databases  # noqa: SLF001  where pyramid_zodbconn keeps them


def _databases(registry: Registry) -> Any:
    return getattr(registry, "_zodb_databases", None)


def _check_whole(uri: str) -> None:
    """:raises StoreDamaged: it is a file that is not."""
    if (path := files.path_of(uri)) is not None and path.parent.is_dir():
        with files.private():
            integrity.check(path)


def _holds_configuration(name: str) -> bool:
    return not name


def _holds_expiring(name: str, uris: Mapping[str, str]) -> bool:
    return name == layout.GRANTS or layout.GRANTS not in uris


def _make(database: Any, uris: Mapping[str, str]) -> bool:
    name = database.database_name
    with connected(database) as connection:
        return layout.make(connection, configuration=not name, expiring=_holds_expiring(name, uris))


@contextmanager
def connected(database: Any) -> Iterator[Any]:
    """A connection in a transaction of its own, which is committed at the end."""
    manager = TransactionManager(explicit=True)
    connection = database.open(transaction_manager=manager)
    try:
        with manager:
            yield connection
    finally:
        connection.close()


@contextmanager
def _told(uris: Mapping[str, str], registry: Registry) -> Iterator[None]:
    """Name the database that is held or cannot be opened; the first that was not is it. Close those that were."""
    try:
        yield
    except BaseException as error:
        databases = _databases(registry) or {}
        opened = set(databases)
        close_all(databases, os.getpid())
        name, uri = next(((name, uri) for name, uri in uris.items() if name not in opened), ("", ""))
        if isinstance(error, LockError):
            raise files.holder_of(uri) from error
        with cannot_open(name, uri):
            raise


@contextmanager
def cannot_open(name: str, uri: str) -> Iterator[None]:
    """Say of which URI it is that it cannot be opened, and why.

    :raises ConfigurationError: it is not.
    """
    try:
        yield
    except (LookupError, ValueError, OSError, POSError, UnpicklingError, FaultyFile) as error:
        if isinstance(error, FileStorageFormatError):
            reason = f"{error} is not a file of ZODB's"
        elif isinstance(error, ClientDisconnected):
            reason = zeo.not_reached(uri)
        elif isinstance(error, FaultyFile):
            reason = " ".join(str(error).split())  # says the line in a line of its own
        else:
            reason = files.reason_of(error) if isinstance(error, OSError) else str(error.args[0] if error.args else error)
        raise ConfigurationError(f"{_key(name)}: cannot be opened: {reason}") from error


def _key(name: str) -> str:
    return f"{URI}.{name}" if name else URI


def _end(databases: JSONObject, packings: list[Packing], opened_by: int) -> None:
    """Close them once nothing is being packed."""
    if os.getpid() == opened_by:
        for packing in packings:
            packing.stop()
    close_all(databases, opened_by)


def close_all(databases: JSONObject, opened_by: int) -> None:
    """Close ``databases``, unless this is a forked child: their files are its parent's."""
    if os.getpid() == opened_by:
        with files.private():
            for database in list(databases.values()):
                try:
                    database.close()
                except NoTransaction:  # the ZEO server went while a connection was opened, which counts as open ever since
                    database.storage.close()

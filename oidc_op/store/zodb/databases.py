"""The databases of a running application: what is done to them while they are open."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ZODB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage
from zope.interface import implementer

from oidc_op.interfaces import IStoreBackend, RawSettings, Registry
from oidc_op.secret import MasterSecret
from oidc_op.store import DoneElsewhere, files

from . import layout, zeo
from .filestorage import backup
from .filestorage.packing import Packing, Say
from .filestorage.storage import take_care
from .opening import close_all, connected, databases_of, include_databases, key_of, opened_databases, our_uris

if TYPE_CHECKING:
    from pyramid.config import Configurator

MEGABYTE = 1_000_000  # bytes


@implementer(IStoreBackend)
class Databases:
    """The open databases of an application, by name.

    They are closed when ``registry`` goes or the process ends, whichever is first, and once; only in the process that opened.
    """

    def __init__(self, databases: dict[str, DB], registry: Registry) -> None:
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
        """Pack the files. One database alone holds both kinds of records, and is packed only with ``history``."""
        names = [name for name in self._names if name == layout.GRANTS or history is not None]
        if not names:
            raise DoneElsewhere(
                "there is one file, with the history of what is configured: say how many days of it to keep, such as --history 365"
            )
        for name in names:
            self._packings[name].pack(say, days=(history or 0) if _holds_configuration(name) else 0)
        return [self._packings[name].path for name in names]

    def back_up(self, folder: Path, say: Say, secret: MasterSecret, *, whole: bool) -> list[str]:
        """Back up the expiring records first: then everything that they refer to by key is in the copy of the other file."""
        packings = {name: self._packings[name] for name in sorted(self._names, reverse=True)}
        if strange := [name for name in packings if not isinstance(self._databases[name].storage, FileStorage)]:
            raise DoneElsewhere(f"{key_of(strange[0])} is no file of this process: copy it where runzeo runs, with repozo")
        return [path for name, packing in packings.items() for path in backup.back_up(name, packing, folder, say, secret, whole=whole)]


def open_databases(config: Configurator) -> Databases:
    """Open what the settings name and see that it is ours; what lives in memory is initialised.

    :raises ConfigurationError: no ``zodbconn.uri``, one that cannot be opened, a file that is missing, damaged or not initialised.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    """
    registry = config.registry
    include_databases(config)
    databases = databases_of(registry) or {}
    opened = Databases(databases, registry)
    uris = our_uris(registry.settings)
    try:
        for name in uris:
            zeo.check_synchronous(key_of(name), databases[name].storage)
            if isinstance(databases[name].storage, MappingStorage | DemoStorage):
                _make(databases[name], uris)
            with connected(databases[name]) as connection:
                layout.check(connection, expiring=_holds_expiring(name, uris))
    except BaseException:
        opened.close()
        raise
    return opened


def initialise(registry: Registry) -> bool:
    """Make what is missing in the open databases of an application; whether anything was."""
    uris = our_uris(registry.settings)
    databases = databases_of(registry) or {}
    made = [_make(databases[name], uris) for name in uris]  # all, before asking whether any
    return any(made)


def make_ready(settings: RawSettings) -> list[str]:
    """Make what is missing before there is an application; what was done, in words.

    :raises ConfigurationError, StoreHeld, OSError: as ``initialise_uri_settings`` does.
    """
    return ["made the store"] if initialise_uri_settings(settings) else []


def initialise_uri_settings(settings: RawSettings) -> bool:
    """Make the databases that ``settings`` name before there is an application; whether anything was new.

    Missing folders of ``file://`` URIs are made with mode 700, files with mode 600.

    :raises ConfigurationError: no ``zodbconn.uri``, or one that cannot be opened.
    :raises oidc_op.store.StoreHeld: another process has a file open.
    :raises OSError: a folder cannot be made.
    """
    uris = our_uris(settings)
    for uri in uris.values():
        files.make_folder(uri)
    with opened_databases(settings) as databases:
        made = [_make(databases[name], uris) for name in uris]
    return any(made)


def servers(registry: Registry) -> zeo.Servers:
    """Return the ZEO servers of an application's databases."""
    databases = databases_of(registry) or {}
    return zeo.Servers(databases[name] for name in our_uris(registry.settings))


def has_grants_database(registry: Registry) -> bool:
    """Whether expiring records have a database of their own."""
    return layout.GRANTS in (databases_of(registry) or {})


def _holds_configuration(name: str) -> bool:
    return not name


def _holds_expiring(name: str, uris: Mapping[str, str]) -> bool:
    return name == layout.GRANTS or layout.GRANTS not in uris


def _make(database: DB, uris: Mapping[str, str]) -> bool:
    name = database.database_name
    with connected(database) as connection:
        return layout.make(connection, configuration=not name, expiring=_holds_expiring(name, uris))


def _end(databases: dict[str, DB], packings: list[Packing], opened_by: int) -> None:
    """Close them once nothing is being packed."""
    if os.getpid() == opened_by:
        for packing in packings:
            packing.stop()
    close_all(databases, opened_by)

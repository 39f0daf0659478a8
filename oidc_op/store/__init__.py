"""The store: which one it is, by the setting ``oidc.store``."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyramid.exceptions import ConfigurationError

from oidc_op.config.settings_reader import Faults, read
from oidc_op.interfaces import IStoreBackend, IStoreFactory, RawSettings, Registry, Request

from .errors import (
    AlreadyExists,
    Conflict,
    DoneElsewhere,
    ForkedChild,
    StoreDamaged,
    StoreHeld,
    StoreNotReady,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from oidc_op.secret import MasterSecret

__all__ = [
    "AlreadyExists",
    "Conflict",
    "DoneElsewhere",
    "ForkedChild",
    "StoreDamaged",
    "StoreHeld",
    "StoreNotReady",
    "StoreUnavailable",
]

DEFAULT = "zodb"
PACKAGES = {"zodb": "oidc_op.store.zodb", "sql": "oidc_op.store.sql", "memory": "oidc_op.testing.memory"}
NEEDED = {"sql": ("sqlalchemy", "zope.sqlalchemy", "psycopg", "alembic")}  # by extras of setup.py


def refuse_in_child(factory: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``factory``, but for requests of this very process only.

    A server that forks after it has loaded the application hands its children files and locks that they must not share.

    :raises ForkedChild: (when called) this is a child of the process that opened the store.
    """
    opened_by = os.getpid()

    def open_store(request: Request) -> Any:
        if os.getpid() != opened_by:
            raise ForkedChild(
                f"the store was opened by process {opened_by}, this is its child {os.getpid()}: serve a file:// store from one "
                "process with threads; for several use ZEO or SQL, and load the application in each (no preload)"
            )
        return factory(request)

    return open_store


def includeme(config: Configurator) -> None:
    """Include the store that ``oidc.store`` names; a dotted name of one's own is a callable ``(request) -> IStore``.

    :raises ConfigurationError: it is none, or cannot be opened.
    """
    if getattr(config.registry, "oidc_settings", None) is None:  # a store alone, as its tests have it
        config.registry.oidc_settings = read(config.registry.settings, Faults())
    named = config.registry.oidc_settings.store
    if named in PACKAGES:
        config.include(package(named))
    else:
        config.registry.registerUtility(factory_of(config, named), IStoreFactory)


def close(registry: Registry) -> None:
    """Let go of what the store of an application holds; not an error if that is done, or if it holds nothing."""
    storage = registry.queryUtility(IStoreBackend)
    if storage is not None:
        storage.close()


def make_ready(settings: RawSettings) -> list[str]:
    """Make what the store that ``settings`` name needs before there is an application; what was done, in words.

    :raises ConfigurationError: it cannot be made.
    :raises StoreHeld: another process has it.
    :raises OSError: a folder or a file cannot be made.
    """
    ready = _offered(settings, "make_ready")
    return ready(settings) if ready else []


def upgrade(settings: RawSettings) -> list[str]:
    """Bring the store that ``settings`` name to what this version reads; what was done, in words.

    :raises ConfigurationError: it is not there, cannot be opened, or was written by a newer version.
    :raises StoreHeld: another process has it.
    """
    steps = _offered(settings, "upgrade")
    return steps(settings) if steps else []


def package(named: str) -> Any:
    """The package of one of our stores.

    :raises ConfigurationError: what it needs is not installed.
    """
    try:
        return import_module(PACKAGES[named])
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith(NEEDED.get(named, ())):
            raise ConfigurationError(f"oidc.store = {named} needs {error.name}: pip install oidc_op[{named}]") from error
        raise


def restore(settings: RawSettings, folder: Path, say: Callable[[str], None], secret: MasterSecret | None, *, replace: bool) -> list[str]:
    """Bring back what ``oidc-op backup`` put into ``folder``; the files that were made.

    ``secret`` is the master secret that the backup was made with; None to believe whatever is in the folder.

    :raises DoneElsewhere: the store that ``settings`` name is brought back in another way.
    :raises ConfigurationError: there is something that would be overwritten and was not to be, or no backup that can be trusted.
    :raises StoreHeld: another process has it.
    :raises OSError: a file cannot be read or written.
    """
    back = _offered(settings, "restore")
    if back is None:
        raise DoneElsewhere(f"oidc.store = {_named(settings)}: is brought back by its own means")
    return back(settings, folder, say, secret, replace=replace)


def _named(settings: RawSettings) -> str:
    return settings.get("oidc.store") or DEFAULT


def _offered(settings: RawSettings, verb: str) -> Any:
    """Return a function of the store's package that works before there is an application; None where the package has none."""
    named = _named(settings)
    return getattr(package(named), verb, None) if named in PACKAGES else None


def factory_of(config: Configurator, named: str) -> Callable[[Any], Any]:
    """The callable ``(request) -> IStore`` that has this dotted name.

    :raises ConfigurationError: there is none.
    """
    try:
        factory = config.maybe_dotted(named)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"oidc.store = {named!r}: must be zodb, sql, memory, or the dotted name of a callable: {error}") from error
    if not callable(factory):
        raise ConfigurationError(f"oidc.store = {named!r}: must be a callable (request) -> IStore")
    return factory

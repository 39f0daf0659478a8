"""The engine: made of the settings ``sqlalchemy.…``, with defaults that serve, and closed at the end."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pyramid.exceptions import ConfigurationError
from sqlalchemy import URL, Engine, engine_from_config, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from oidc_op.interfaces import JSONObject, RawSettings

from .errors import listen

KEY = "sqlalchemy.url"
PREFIX = "sqlalchemy."
PREPARE = PREFIX + "prepare_threshold"
LEVEL = PREFIX + "isolation_level"
LEVELS = ("REPEATABLE READ", "SERIALIZABLE")  # SQLite has the last one only
OBJECTS = (  # options of SQLAlchemy that a text cannot be
    "async_creator",
    "connect_args",
    "creator",
    "execution_options",
    "json_deserializer",
    "json_serializer",
    "module",
    "plugins",
    "pool",
    "pool_events",
    "poolclass",
)
EXAMPLE = "postgresql+psycopg://user:password@host/database"
DEFAULTS = {"pool_size": "12", "max_overflow": "8", "pool_timeout": "10", "pool_use_lifo": "true", "hide_parameters": "true"}
PSYCOPG = {"connect_timeout": "5", "tcp_user_timeout": "10000", "application_name": "oidc_op"}  # s, ms
BUSY = 5.0  # seconds that a writer of SQLite waits for another
OURS: weakref.WeakSet[Engine] = weakref.WeakSet()


def url_of(settings: RawSettings) -> URL:
    """Return the URL of the database.

    :raises ConfigurationError: the settings do not say, or not in a way that can be read; the text does not repeat it.
    """
    given = settings.get(KEY)
    if not given:
        raise ConfigurationError(f"{KEY} is missing: the URL of the database, such as {EXAMPLE}")
    try:
        url = make_url(given)
        dialect = url.get_dialect()
    except NoSuchModuleError as error:
        raise ConfigurationError(f"{KEY}: nothing here speaks {url.drivername}; it must be like {EXAMPLE}") from error
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(f"{KEY} cannot be read: it must be like {EXAMPLE}") from error
    if dialect.is_async:
        raise ConfigurationError(f"{KEY}: {url.drivername} is for asyncio; it must be like {EXAMPLE}")
    if url.get_backend_name() != "sqlite":
        _check_parts(str(given), url)
    return url


def make_engine(settings: RawSettings, *, pooled: bool = True) -> Engine:
    """The engine that ``settings`` describe; nothing is connected yet. One that is not ``pooled`` is for rare, short work.

    :raises ConfigurationError: they cannot be understood.
    """
    url = url_of(settings)
    given: JSONObject = {PREFIX + name: value for name, value in DEFAULTS.items()}
    given |= {key: value for key, value in settings.items() if key.startswith(PREFIX)}
    _check_options(given, url)
    prepare = given.pop(PREPARE, None)
    options: JSONObject = {"poolclass": QueuePool}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY, "check_same_thread": False}
        if is_in_memory(url):
            given |= {PREFIX + "pool_size": "1", PREFIX + "max_overflow": "0"}
    else:
        given.setdefault(LEVEL, LEVELS[0])
        if url.get_driver_name() == "psycopg":
            options["connect_args"] = {key: value for key, value in PSYCOPG.items() if key not in url.query} | _prepared(prepare)
            given.setdefault(PREFIX + "use_native_hstore", "false")
    if not pooled:
        given = {key: value for key, value in given.items() if not key.startswith((PREFIX + "pool_", PREFIX + "max_overflow"))}
        given.pop(LEVEL, None)
        options["poolclass"] = NullPool
    try:
        engine = engine_from_config(given, PREFIX, **options)
    except ImportError as error:
        raise ConfigurationError(f"{KEY} needs {error.name}, which is not installed; do: pip install oidc_op[sql]") from error
    except (TypeError, ValueError, ArgumentError) as error:
        raise ConfigurationError(_told(given, str(error).partition(" sent to ")[0])) from error
    listen(engine)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    OURS.add(engine)
    return engine


def is_in_memory(url: URL) -> bool:
    """Whether the database is in memory, and gone when the process ends."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" and not is_in_memory(url) else None


def place_of(url: URL) -> str:
    """The database as a message names it: never its password."""
    path = file_of(url)
    if path is not None:
        return str(path)
    where = f"{url.host or 'localhost'}{f':{url.port}' if url.port else ''}"
    return f"{url.database or url.username} at {where}"


def _check_parts(given: str, url: URL) -> None:
    """See that what is the password's is nowhere else in the URL, where messages would tell it."""
    database = unquote(url.database or "")
    if given.count("@") > 1:
        raise ConfigurationError(f"{KEY} cannot be read, it has more than one @: write @ in the password as %40")
    if "=" in database or "://" in database:
        raise ConfigurationError(f"{KEY}: the name of the database must be a name alone, what else is said follows a question mark")


def _check_options(given: JSONObject, url: URL) -> None:
    """See that a transaction is one, and that no text is where SQLAlchemy calls an object."""
    levels = LEVELS[-1:] if url.get_backend_name() == "sqlite" else LEVELS
    if LEVEL in given:
        level = str(given[LEVEL]).upper().replace("_", " ")
        if level not in levels:
            raise ConfigurationError(f"{LEVEL} = {given[LEVEL]!r}: must be {' or '.join(levels)}")
        given[LEVEL] = level
    for key in (PREFIX + name for name in OBJECTS):
        if isinstance(given.get(key), str):
            raise ConfigurationError(f"{key}: must be left out, a line of text cannot say it")


def _prepared(value: Any) -> JSONObject:
    """How often a statement is sent before the server keeps it prepared; ``none`` is never, as PgBouncer may need."""
    if value is None:
        return {}
    try:
        return {"prepare_threshold": None if str(value).lower() == "none" else int(value)}
    except ValueError as error:
        raise ConfigurationError(f"{PREPARE} = {value!r}: must be a whole number, or none") from error


def _told(given: RawSettings, reason: str) -> str:
    """Return the setting that an error is about."""
    key = next((key for key, value in given.items() if key != KEY and f"'{value}'" in reason), f"{PREFIX}…")
    return f"{key}: {reason}"


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Readers go on while one writes, and what is committed is on the disk. We begin transactions ourselves.

    The log beside the file has the file's own mode: SQLite sees to that.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _let_go() -> None:
    """In a forked child: the connections are its parent's, so it neither uses nor closes them."""
    for engine in list(OURS):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_let_go)

"""The schema: made and brought up to date by Alembic's migrations, and checked when a process starts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pyramid.exceptions import ConfigurationError
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from oidc_op.config.settings_reader import Faults, read
from oidc_op.interfaces import RawSettings
from oidc_op.model.handle import DAY
from oidc_op.model.records import EXPIRING
from oidc_op.store import Conflict, StoreNotReady, StoreUnavailable, files

from .engine import file_of, make_engine, place_of, url_of
from .errors import reason_of
from .partitions import Partitions
from .tables import PREFIX, VERSION_TABLE

REVISIONS = ("0001",)  # of the migrations, oldest first; the last one is what this version reads and writes
AHEAD = 2  # days, beside today, whose partitions are made with the tables
HINTS = {  # by what the server says; a connection that failed tells no SQLSTATE
    "does not exist": "a database is made with createdb, a role with createuser",
    "permission denied": "the role must be allowed to make tables: GRANT CREATE ON SCHEMA public TO it",
}
INIT, UPGRADE = "do: oidc-op init X.ini", "do: oidc-op upgrade X.ini"


def check(engine: Engine, *, older: bool = False) -> bool:
    """See that the tables are there and that this version can read them; whether they are partitioned.

    :raises StoreNotReady: they are not, or it cannot; ``older`` ones will do where they are about to be upgraded.
    :raises ConfigurationError: the database cannot be reached.
    """
    where, path = place_of(engine.url), file_of(engine.url)
    with told(where):
        if path is not None and not path.exists():
            raise StoreNotReady(f"{path} does not exist: the store is not initialised; {INIT}")
        with engine.connect() as connection:
            found = revision_of(connection)
            if found is None:
                raise StoreNotReady(f"the database {where} is not initialised; {INIT}")
            if found not in REVISIONS:
                raise _newer(where, found)
            if found != REVISIONS[-1] and not older:
                raise StoreNotReady(f"the database {where} was written by an older version of oidc_op; {UPGRADE}")
            return is_partitioned(connection)


def make_ready(settings: RawSettings) -> list[str]:
    """Make the tables that are missing, and bring up to date those that are there; what was done, in words.

    :raises ConfigurationError: the database cannot be reached, or its role must not do that.
    :raises OSError: a folder or a file cannot be made.
    """
    path, engine = file_of(url_of(settings)), make_engine(settings, pooled=False)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with files.private(), told(place_of(engine.url)):
            done = _bring_up_to_date(engine, partitioned=read(settings, Faults()).store_partitions)
            _make_partitions(engine)
            return done
    finally:
        engine.dispose()


def upgrade(settings: RawSettings) -> list[str]:
    """Bring the tables up to date; what was done, in words.

    :raises StoreNotReady: there are none.
    :raises ConfigurationError: the database cannot be reached, or its role must not do that.
    """
    engine = make_engine(settings, pooled=False)
    try:
        check(engine, older=True)
    finally:
        engine.dispose()
    return make_ready(settings)


def _bring_up_to_date(engine: Engine, *, partitioned: bool) -> list[str]:
    try:
        with engine.begin() as connection:
            before = revision_of(connection)
            if before == REVISIONS[-1]:
                return []
            if before is not None and before not in REVISIONS:
                raise _newer(place_of(engine.url), before)
            migrate(connection, partitioned=partitioned and connection.dialect.name == "postgresql")
    except (Conflict, DBAPIError):
        with engine.connect() as connection:
            if revision_of(connection) != REVISIONS[-1]:  # else another process did it at the same moment
                raise
            return []
    if before is None:
        return ["made the store"]
    return [f"brought the tables up to date: {before} to {REVISIONS[-1]}"]


def _make_partitions(engine: Engine) -> None:
    with engine.connect() as connection:
        if not is_partitioned(connection):
            return
    partitions, today = Partitions(engine), int(time.time()) // DAY
    for name in EXPIRING:
        partitions.provide(name, range(today, today + AHEAD + 1))


def _newer(where: str, found: str) -> StoreNotReady:
    return StoreNotReady(f"the database {where} was written by a newer version of oidc_op (schema {found}, here {REVISIONS[-1]})")


@contextmanager
def told(where: str) -> Iterator[None]:
    """Say in a sentence that the database cannot be reached or used, and what helps.

    :raises ConfigurationError: it cannot.
    """
    try:
        yield
    except (StoreUnavailable, Conflict) as error:
        raise ConfigurationError(f"the database {where} cannot be reached: {_helped(str(error))}") from error
    except DBAPIError as error:
        raise ConfigurationError(f"the database {where} cannot be used: {_helped(reason_of(error.orig or error))}") from error


def _helped(reason: str) -> str:
    hint = next((hint for words, hint in HINTS.items() if words in reason), "")
    return f"{reason}; {hint}" if hint else reason


def migrate(connection: Connection, *, partitioned: bool) -> None:
    """Run the migrations that are missing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", f"{__package__}:migrations")
    config.attributes |= {"connection": connection, "partitioned": partitioned}
    command.upgrade(config, "head")


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


def is_partitioned(connection: Connection) -> bool:
    """Whether the tables of expiring records are partitioned."""
    if connection.dialect.name != "postgresql":
        return False
    asked = text("SELECT relkind = 'p' FROM pg_class WHERE oid = CAST(:name AS regclass)")
    return bool(connection.execute(asked, {"name": PREFIX + EXPIRING[0]}).scalar())

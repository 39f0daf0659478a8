"""The stores that are measured: files, a ZEO server or a PostgreSQL server, started for the measurement."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from .server import FILES, ROOT

sys.path.append(str(ROOT / "tests"))  # where these servers are started for the tests


class Backend(NamedTuple):
    """The ``settings`` of a provider, and the folder of its FileStorage files or a function that returns the bytes written so far."""

    settings: Mapping[str, str]
    folder: Path
    written: Callable[[], float] | None = None


@contextmanager
def files(folder: Path) -> Iterator[Backend]:
    """Two FileStorages in the process itself."""
    yield Backend(dict(line.split(" = ", 1) for line in FILES.splitlines()), folder)


@contextmanager
def sealed(folder: Path) -> Iterator[Backend]:
    """Two FileStorages, with sealed codes that are not stored."""
    with files(folder) as backend:
        yield backend._replace(settings={**backend.settings, "oidc.includes": "oidc_op.extensions.sealed_code"})


@contextmanager
def zeo(folder: Path) -> Iterator[Backend]:
    """Two FileStorages in a ZEO server."""
    from zeo_server import ZEOServer

    server = ZEOServer(folder / "zeo")
    server.start()
    try:
        yield Backend(server.settings(), server.folder)
    finally:
        server.stop()


@contextmanager
def postgresql(folder: Path) -> Iterator[Backend]:
    """A PostgreSQL server; its written bytes are those of its log of changes (WAL)."""
    from postgresql import postgresql as started

    with started() as server:
        url = server.url("bench").replace("%", "%%")

        def written() -> float:
            return float(server.run("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0][0])

        yield Backend({"oidc.store": "sql", "sqlalchemy.url": url}, folder, written)


BACKENDS: dict[str, Callable[[Path], AbstractContextManager[Backend]]] = {
    "FileStorage": files,
    "sealed code": sealed,
    "ZEO": zeo,
    "PostgreSQL": postgresql,
}

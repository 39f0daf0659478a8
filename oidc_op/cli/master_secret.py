"""The file of the master secret: where it is, and a new one where it is missing, removed again if the command fails."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oidc_op.interfaces import RawSettings
from oidc_op.secret import ENVIRONMENT, write_secret
from oidc_op.store import StoreHeld
from oidc_op.store.files import reason_of

from .console import Refused

SECRET = "oidc.secret_file"


@contextmanager
def new_secret(settings: Mapping[str, object], ini: str) -> Iterator[Path | None]:
    """Meanwhile there is a master secret; its path where it was made, which goes again where nothing is done with it.

    :raises Refused: it cannot be made.
    :raises StoreHeld: by a server, which has a secret; the one that was made is gone.
    """
    path = path_of(settings, ini)
    made = not os.environ.get(ENVIRONMENT) and _make(path)
    try:
        yield path if made else None
    except (Refused, StoreHeld):  # whatever else is wrong was wrong after the commit
        if made:
            path.unlink(missing_ok=True)
        raise


def path_of(settings: RawSettings, ini: str) -> Path:
    """Return the file of the master secret: the one that is set, else the one beside the ini file."""
    return Path(settings.get(SECRET) or Path(ini.partition("#")[0]).resolve().with_name("oidc_secret"))


def _make(path: Path) -> bool:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return write_secret(path)
    except OSError as error:
        raise Refused(f"cannot make the master secret: {reason_of(error)}") from error


def told(path: Path) -> str:
    """Return the message that a master secret was made."""
    return f"made the master secret {path}; keep a copy of it apart from the database"

"""The files of ``file://`` databases: nobody else's to read, and who holds them."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyramid.exceptions import ConfigurationError
from zc.lockfile import LockError

from . import StoreHeld, StoreNotReady

SCHEME = "file://"


def path_of(uri: str) -> Path | None:
    """Return the path of a ``file://`` URI, as zodburi reads it: up to the question mark, relative to the working folder."""
    if not uri.startswith(SCHEME):
        return None
    return Path(os.path.normpath(uri.removeprefix(SCHEME).partition("?")[0]))


def check_there(uri: str) -> None:
    """See that the file is there, since opening would make an empty one.

    :raises StoreNotReady: it is not.
    :raises ConfigurationError: it cannot be seen whether it is.
    """
    path = path_of(uri)
    try:
        is_missing = path is not None and not path.exists()
    except OSError as error:
        raise ConfigurationError(f"the store cannot be reached: {reason_of(error)}") from error
    if is_missing:
        raise StoreNotReady(f"{path} does not exist: the store is not initialised; do: oidc-op init X.ini")


def reason_of(error: OSError) -> str:
    """The file that a call of the system was about, why it failed, and whose the file is where that is the reason."""
    path = os.fspath(error.filename) if isinstance(error.filename, str | os.PathLike) else ""
    reason = (error.strerror or str(error) or error.__class__.__name__).lower()
    said = f"{path}: {reason}" if path else reason
    return said + _owner(Path(path)) if path and isinstance(error, PermissionError) else said


def _owner(path: Path) -> str:
    """Return the words that say who owns ``path``, or the nearest folder above it that can be seen."""
    for each in (path, *path.absolute().parents):
        with suppress(OSError):
            owner = each.stat().st_uid
            if owner == os.geteuid():
                return ""
            shown = "" if each == path else f"{each} "
            return f"; {shown or 'it '}belongs to {_name(owner)}, and you are {_name(os.geteuid())}"
    return ""


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def make_folder(uri: str) -> None:
    """Make the folders that a ``file://`` URI needs, for the owner only."""
    path = path_of(uri)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def private() -> Iterator[None]:
    """Meanwhile, what is created is for the owner only. Of the whole process, hence for its start and its end."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def held(uri: str) -> Iterator[None]:
    """Say it when the file is another process's.

    :raises StoreHeld: it is.
    """
    try:
        yield
    except LockError as error:
        raise holder_of(uri) from error


def holder_of(uri: str) -> StoreHeld:
    """The fault that another process has the file; who that is stands in the lock file."""
    path = path_of(uri)
    pid = None
    if path is not None:
        with suppress(OSError, ValueError):
            pid = int(path.with_name(path.name + ".lock").read_text("ascii").strip())
    return StoreHeld(str(path or uri), pid)


def make_private(path: str) -> None:
    """Make an empty file for the owner only, where something is about to be written by who does not see to that."""
    Path(path).unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

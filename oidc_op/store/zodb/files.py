"""The files of ``file://`` databases: nobody else's to read, and who holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zc.lockfile import LockError

from oidc_op.store import StoreHeld, StoreNotReady

SCHEME = "file://"


def path_of(uri: str) -> Path | None:
    """Where a ``file://`` URI points, as zodburi reads it: up to the question mark, relative to the working folder."""
    if not uri.startswith(SCHEME):
        return None
    return Path(os.path.normpath(uri.removeprefix(SCHEME).partition("?")[0]))


def check_there(uri: str) -> None:
    """See that the file is there, since opening would make an empty one.

    :raises StoreNotReady: it is not.
    """
    path = path_of(uri)
    if path is not None and not path.exists():
        raise StoreNotReady(f"{path} does not exist: the store is not initialised; do: oidc-op init X.ini")


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

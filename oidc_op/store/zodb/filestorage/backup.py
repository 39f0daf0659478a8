"""Backups of the files, in the form of ZODB's own repozo: a whole copy, and then what was appended since."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from gzip import BadGzipFile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyramid.exceptions import ConfigurationError
from zc.lockfile import LockFile
from ZODB.scripts import repozo

from oidc_op.store import DoneElsewhere, StoreDamaged, StoreUnavailable, files

from . import integrity
from .packing import Packing, Say

FOLDERS = {"": "configuration"}  # of a database, by its name; the others' are called as they are
SUFFIXES = (".index", ".packed", ".old")  # beside a file, about what it was


def back_up(name: str, packing: Packing, folder: Path, say: Say, *, whole: bool) -> list[str]:
    """Copy the file of one database, which is not packed meanwhile; the files that were written.

    :raises StoreDamaged: the file is not whole.
    :raises StoreUnavailable: another backup was begun in the same second.
    :raises OSError: the folder cannot be written.
    """
    repository = folder / FOLDERS.get(name, name)
    repository.mkdir(mode=0o700, parents=True, exist_ok=True)
    repository.chmod(0o700)
    before = set(repository.iterdir())
    with packing.lock:
        say(f"copying {packing.path}")
        integrity.check_all(Path(packing.path), packing.size)  # a copy of a damaged file only hides that there is none
        try:
            repozo.do_backup(_options(repository, file=packing.path, full=whole))
        except repozo.RepozoError as error:
            raise StoreUnavailable(f"not copied: {error}; try again in a second") from error
    made = sorted(set(repository.iterdir()) - before)
    for path in made:
        path.chmod(0o600)
    copies = [str(path) for path in made if path.suffix in (".fsz", ".deltafsz")]
    say(f"copied {packing.path}" if copies else f"{packing.path} has not changed")
    return copies


def restore(uris: Mapping[str, str], folder: Path, say: Say, *, replace: bool) -> list[str]:
    """Bring back the files of databases, by name; the paths that were made. All is looked at before anything is written.

    :raises ConfigurationError: a file is there and not to be replaced, there is no backup of it, or it is not whole.
    :raises oidc_op.store.StoreHeld: another process has one open.
    :raises OSError: a file cannot be read or written.
    """
    todo = []
    for name, uri in uris.items():
        path, repository = files.path_of(uri), folder / FOLDERS.get(name, name)
        if path is None:
            raise DoneElsewhere(f"{uri} is no file: bring it back where it is, with ZEO by repozo where runzeo runs")
        if not repository.is_dir():
            raise ConfigurationError(f"there is no backup in {repository}; oidc-op backup makes one")
        files.make_folder(uri)
        with files.private(), files.held(uri):
            LockFile(f"{path}.lock").close()
        if path.exists() and not replace:
            raise ConfigurationError(f"{path} is there, and would be lost; to have the backup in its place, say --replace")
        todo.append((path, repository))
    with files.private():
        try:
            for path, repository in todo:
                say(f"restoring {path}")
                _recover(_new(path), repository)
            for path, _ in todo:
                _put_in_place(path)
        finally:
            for path, _ in todo:
                for left in path.parent.glob(f"{_new(path).name}*"):
                    left.unlink()
    return [str(path) for path, _ in todo]


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")


def _recover(new: Path, repository: Path) -> None:
    """Make a file of what is in a repository, each piece held against the sum that was taken of it."""
    try:
        repozo.do_recover(_options(repository, output=str(new), withverify=True))
        integrity.check_all(new, new.stat().st_size)
    except (repozo.RepozoError, StoreDamaged, EOFError, BadGzipFile, zlib.error, LookupError, ValueError) as error:
        raise ConfigurationError(f"the backup in {repository} cannot be used: {error}") from error
    _sync(new)


def _put_in_place(path: Path) -> None:
    for suffix in SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    new = _new(path)
    new.replace(path)
    index = new.with_name(f"{new.name}.index")
    if index.exists():
        index.replace(path.with_name(f"{path.name}.index"))
    _sync(path.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _options(repository: Path, **more: Any) -> Any:
    """What repozo wants to be told: look at the last copy alone to see whether the file is still the one it was."""
    told = {"file": None, "output": None, "date": None, "full": False, "quick": True, "gzip": True, "killold": False, "withverify": False}
    return SimpleNamespace(repository=str(repository), **(told | more))

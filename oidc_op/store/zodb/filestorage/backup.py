"""Backups of the files, in the form of ZODB's own repozo: a whole copy, and then the bytes that were appended since."""

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

from oidc_op.secret import MasterSecret
from oidc_op.store import DoneElsewhere, StoreDamaged, StoreUnavailable, files

from . import integrity, manifest
from .manifest import Manifest, Untrusted
from .packing import Packing, Say

FOLDERS = {"": "configuration"}  # of a database, by its name; the others' are called as they are
SUFFIXES = (".index", ".packed", ".old")  # beside a file, about what it was


def back_up(name: str, packing: Packing, folder: Path, say: Say, secret: MasterSecret, *, whole: bool) -> list[str]:
    """Copy the file of one database, which is not packed meanwhile; the files that were written.

    :raises StoreDamaged: the file is not whole.
    :raises StoreUnavailable: another backup was begun in the same second.
    :raises OSError: the folder cannot be written.
    """
    called = FOLDERS.get(name, name)
    repository, file = folder / called, Path(packing.path)
    repository.mkdir(mode=0o700, parents=True, exist_ok=True)
    repository.chmod(0o700)
    before = set(repository.iterdir())
    with packing.lock:
        say(f"copying {file}")
        integrity.check_all(file, packing.size)  # a copy of a damaged file only hides that there is none
        kept = _kept(repository, called, secret, say)
        options = _options(repository, file=str(file), full=whole or kept is None)
        try:
            repozo.do_backup(options)
        except repozo.RepozoError as error:
            raise StoreUnavailable(f"not copied: {error}; try again in a second") from error
        made = sorted(set(repository.iterdir()) - before)
        for path in made:
            path.chmod(0o600)
        if copies := [path for path in made if path.suffix in (".fsz", ".deltafsz")]:
            known = kept if kept is not None and not options.full else Manifest(called, (), "")
            manifest.write(repository, known.extended(file, _end(options), copies[-1].with_suffix(".index")), secret)
    say(f"copied {file}" if copies else f"{file} has not changed")
    return [str(path) for path in copies]


def _kept(repository: Path, called: str, secret: MasterSecret, say: Say) -> Manifest | None:
    """Return the manifest of what was copied before, where the next copy can go on from there."""
    if not repozo.find_files(options := _options(repository)):
        return None
    try:
        kept = manifest.read(repository, called, secret)
    except Untrusted as reason:
        say(f"what was copied into {repository} before cannot be trusted: {reason}; all of it is copied anew")
        return None
    return kept if kept.end == _end(options) else None  # else a backup was interrupted, or repozo has made one


def _end(options: Any) -> int:
    """Return up to which byte the file was copied, 0 where repozo does not know."""
    *_, end, _ = repozo.scandat(repozo.find_files(options))
    return end or 0


def restore(uris: Mapping[str, str], folder: Path, say: Say, secret: MasterSecret | None, *, replace: bool) -> list[str]:
    """Bring back the files of databases, by name; the paths that were made. All is looked at before anything is written.

    Without ``secret``, whatever is in the folder is believed.

    :raises ConfigurationError: a file is there and not to be replaced, there is no backup of it, it is not whole, or is not ours.
    :raises oidc_op.store.StoreHeld: another process has one open.
    :raises OSError: a file cannot be read or written.
    """
    todo = []
    for name, uri in uris.items():
        path, repository = files.path_of(uri), folder / FOLDERS.get(name, name)
        if path is None:
            raise DoneElsewhere(f"{uri} is no file of this process: bring it back where runzeo runs, with repozo")
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
                _recover(_new(path), repository, secret)
            for path, _ in todo:
                _put_in_place(path)
        finally:
            for path, _ in todo:
                for left in path.parent.glob(f"{_new(path).name}*"):
                    left.unlink()
    return [str(path) for path, _ in todo]


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")


def _recover(new: Path, repository: Path, secret: MasterSecret | None) -> None:
    """Put a file together from what is in a repository, and hold it against the manifest; without ``secret``, against repozo's sums."""
    index = new.with_name(f"{new.name}.index")
    try:
        options = _options(repository, output=str(new), withverify=True)
        kept = manifest.read(repository, repository.name, secret) if secret and repozo.find_files(options) else None
        repozo.do_recover(options)
        if kept is None:
            index.unlink(missing_ok=True)  # it is a pickle, and reading it could run code
        else:
            kept.check(new, index)
        integrity.check_all(new, new.stat().st_size)
    except Untrusted as reason:
        raise ConfigurationError(
            f"the backup in {repository} cannot be trusted: {reason}; put back the master secret that the server had then; "
            "if repozo made it, or that secret is lost, and nobody else could write there: --unverified"
        ) from reason
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
    """Return repozo's options. ``quick`` compares only the last copy with the file, to see whether it is still the same."""
    told = {"file": None, "output": None, "date": None, "full": False, "quick": True, "gzip": True, "killold": False, "withverify": False}
    return SimpleNamespace(repository=str(repository), **(told | more))

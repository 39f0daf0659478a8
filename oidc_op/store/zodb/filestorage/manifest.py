"""The manifest of a backup: a digest of each piece that was copied, authenticated with the master secret.

Whoever can write into the folder of a backup could otherwise put objects into it that run code when they are read.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import IO, NamedTuple

from oidc_op.secret import MasterSecret

NAME = "manifest.json"
PURPOSE = "backup manifest"
BLOCK = 1 << 20  # bytes read at once


class Untrusted(Exception):
    """A backup is not what ``oidc-op backup`` wrote with this master secret; says why."""


class Piece(NamedTuple):
    """The piece of the file that one backup copied: the byte at which it ends, and its SHA-256 in hexadecimal."""

    end: int
    sha256: str


class Manifest(NamedTuple):
    """The pieces of one database's file that its backups hold, in order."""

    database: str
    pieces: tuple[Piece, ...]
    saved_index: str  # SHA-256 of the index that was saved with the last piece

    @property
    def end(self) -> int:
        return self.pieces[-1].end if self.pieces else 0

    def extended(self, file: Path, end: int, index: Path) -> Manifest:
        """Return the manifest with one more piece, from the end of the last to byte ``end`` of ``file``."""
        with file.open("rb") as opened:
            piece = Piece(end, _digest(opened, self.end, end))
        return Manifest(self.database, (*self.pieces, piece), _digest_of(index))

    def check(self, file: Path, index: Path) -> None:
        """See that ``file`` was put together from these pieces and no others; an ``index`` of something else is removed.

        :raises Untrusted: it was not.
        """
        if file.stat().st_size != self.end:
            raise Untrusted("it holds more or less than its manifest says")
        start = 0
        with file.open("rb") as opened:
            for piece in self.pieces:
                if _digest(opened, start, piece.end) != piece.sha256:
                    raise Untrusted(f"bytes {start} to {piece.end} are not those that were copied")
                start = piece.end
        if index.exists() and _digest_of(index) != self.saved_index:
            index.unlink()  # the first start makes another from the file


def read(folder: Path, database: str, secret: MasterSecret) -> Manifest:
    """Return the manifest in the folder of a database's backups.

    :raises Untrusted: there is none, or this master secret has not authenticated it, or it is another database's.
    :raises OSError: it cannot be read.
    """
    try:
        held = json.loads((folder / NAME).read_text("utf-8"))
        manifest = Manifest(held["database"], tuple(Piece(*each) for each in held["pieces"]), held["saved_index"])
        code = held["authentication"]
        is_ours = secret.matches(PURPOSE, _text(manifest), code)
    except FileNotFoundError:
        raise Untrusted("it has no manifest") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Untrusted("its manifest cannot be read") from error
    if not is_ours:
        raise Untrusted("its manifest was changed, or written with another master secret")
    if manifest.database != database:
        raise Untrusted(f"it is a backup of {manifest.database}")
    return manifest


def write(folder: Path, manifest: Manifest, secret: MasterSecret) -> None:
    """Put the manifest into the folder, in the place of the one before; for the owner only.

    :raises OSError: it cannot be written.
    """
    path = folder / NAME
    new = folder / f"{NAME}.new"
    text = json.dumps(manifest._asdict() | {"authentication": secret.digest(PURPOSE, _text(manifest))}, indent=1)
    with new.open("w", encoding="utf-8") as file:
        new.chmod(0o600)
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _text(manifest: Manifest) -> str:
    return json.dumps(manifest, separators=(",", ":"))


def _digest(file: IO[bytes], start: int, end: int) -> str:
    digest = hashlib.sha256()
    file.seek(start)
    while (left := end - file.tell()) > 0 and (block := file.read(min(BLOCK, left))):
        digest.update(block)
    return digest.hexdigest()


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()

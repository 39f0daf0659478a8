"""Whether the file of a FileStorage is whole, as far as that can be known before it is opened.

ZODB cuts off, without a word to anybody, what it takes for an unfinished transaction at the end of a file. It is one
where a server was killed. But a file that was cut, or overwritten with zeros, looks much the same: so here is a closer
look, at what came after the index was saved, or at the whole file where there is no index.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import IO, Any, NamedTuple

from zc.lockfile import LockError, LockFile
from ZODB.FileStorage.FileStorage import packed_version
from ZODB.FileStorage.format import DATA_HDR, DATA_HDR_LEN, TRANS_HDR, TRANS_HDR_LEN
from ZODB.fsIndex import fsIndex
from ZODB.POSException import POSError

from oidc_op.store import StoreDamaged, StoreUnavailable
from oidc_op.store.zodb.stored_classes import ForeignClass

from .storage import damaged

log = logging.getLogger(__name__)
START = len(packed_version)
REDUNDANT = 8  # bytes behind a transaction, which repeat its length
FINISHED, UNFINISHED = b" pu", b"c"


class Header(NamedTuple):
    """The beginning of a transaction."""

    length: int
    status: bytes
    least: int

    @property
    def is_sound(self) -> bool:
        return self.length >= self.least and self.status in FINISHED + UNFINISHED


def check(path: Path) -> None:
    """See that a file is whole, if nobody has it open; cut off what a power cut has left at its end.

    :raises StoreDamaged: it is not, or it is lost.
    """
    try:
        lock = LockFile(f"{path}.lock")
    except (LockError, OSError):  # whoever opens it is told
        return
    try:
        check_lost(path)
        if path.exists():
            with path.open("rb") as file:
                _check(path, file)
    finally:
        lock.close()


def check_lost(path: Path) -> None:
    """See that a file that is not there has not been there, either.

    :raises StoreDamaged: it has.
    """
    if path.exists():
        return
    before = Path(f"{path}.old")
    if before.exists():
        raise StoreDamaged(f"{path} is not there, but {before} is: the file before a pack that did not end; do: mv {before} {path}")
    index = Path(f"{path}.index")
    if index.exists():
        raise StoreDamaged(
            f"{path} is not there, but its index is, so the file was lost; bring back a backup: oidc-op restore X.ini FOLDER; "
            f"or, to begin anew without what was in it, remove {index}"
        )


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Say what a first look into an open database meets.

    :raises StoreDamaged: what is in it cannot be read.
    """
    try:
        yield
    except StoreUnavailable as error:
        raise StoreDamaged(str(error)) from error
    except (POSError, UnpicklingError, EOFError, IndexError) as error:
        if isinstance(cause := error.__cause__ or error, ForeignClass):
            raise StoreDamaged(f"{path} cannot be read: {cause}") from error
        raise StoreDamaged(damaged(path, f"{type(error).__name__}: {error}")) from error


def _check(path: Path, file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    if not size:
        raise StoreDamaged(
            f"{path} is empty, which no store is; bring back a backup: oidc-op restore X.ini FOLDER; "
            "or, to begin anew without what was in it, remove the file"
        )
    file.seek(0)
    if file.read(START) != packed_version:
        raise StoreDamaged(f"cannot be opened: {path} is not a file of ZODB's; bring back a backup: oidc-op restore X.ini FOLDER")
    known = _indexed(path, file, size)
    end = _walk(path, file, known, size, may_end_in_zeros=known > START)
    if end < size:  # ZODB would cut them off as well, and then take the file for one of the year 1900
        log.warning("%s ends with %d bytes that were never written, as after a power cut; they are cut off", path, size - end)
        os.truncate(path, end)


def check_all(path: Path, size: int) -> None:
    """See that the first ``size`` bytes of a file are whole transactions of whole records; takes some µs for each.

    :raises StoreDamaged: they are not.
    """
    with path.open("rb") as file:
        if file.read(START) != packed_version:
            raise StoreDamaged(damaged(str(path), "its first bytes are not ZODB's"))
        _walk(path, file, START, size, records=True)


def _walk(path: Path, file: IO[bytes], at: int, size: int, *, records: bool = False, may_end_in_zeros: bool = False) -> int:
    """Go from transaction to transaction, and return where the zeros begin that the file ends with; ``size`` where there are none.

    After a power cut a file may have grown by blocks that were never written. Zeros up to its end, behind what the index knows
    and behind a whole transaction, are taken for that.
    """
    while at < size:
        header = _header(file, at)
        if header is None or header.status == UNFINISHED:
            log.warning("%s ends with a transaction that was not finished, as where a server is killed; it is cut off", path)
            return size
        if may_end_in_zeros and not header.is_sound and _is_zeros(file, at):
            return at
        if not header.is_sound or (at + header.length + REDUNDANT <= size and _number(file, at + header.length) != header.length):
            raise StoreDamaged(damaged(str(path), f"no transaction begins at byte {at} of {size}"))
        if at + header.length + REDUNDANT > size:
            raise StoreDamaged(damaged(str(path), f"cut at byte {size}, in the middle of what was written"))
        if records:
            _walk_records(path, file, at, header)
        at += header.length + REDUNDANT
    return size


def _is_zeros(file: IO[bytes], at: int) -> bool:
    file.seek(at)
    while block := file.read(1 << 20):
        if block.count(0) != len(block):
            return False
    return True


def _walk_records(path: Path, file: IO[bytes], begin: int, header: Header) -> None:
    at, end = begin + header.least, begin + header.length
    while at < end:
        file.seek(at)
        raw = file.read(DATA_HDR_LEN)
        if len(raw) < DATA_HDR_LEN:
            break
        *_, transaction, _, length = struct.unpack(DATA_HDR, raw)
        if transaction != begin:
            break
        at += DATA_HDR_LEN + (length or REDUNDANT)
    if at != end:
        raise StoreDamaged(damaged(str(path), f"no record begins at byte {at}"))


def _indexed(path: Path, file: IO[bytes], size: int) -> int:
    """Return the position up to which the index knows the file; remove an index that is of no use."""
    index = Path(f"{path}.index")
    if not index.exists():
        return START
    end: Any = None
    with suppress(Exception):  # a damaged pickle may lead to any
        end = fsIndex.load(str(index))["pos"]
    if isinstance(end, int) and end > size:
        raise StoreDamaged(
            f"{path} has {size} bytes, and had {end} when its index was saved: it was cut, or is another file; "
            f"bring back a backup: oidc-op restore X.ini FOLDER; or, to go on with what is there, remove {index}"
        )
    if isinstance(end, int) and _ends_transaction(file, end):
        return end
    log.warning("%s is of no use and is made anew, which takes a while", index)
    index.unlink()
    return START


def _ends_transaction(file: IO[bytes], at: int) -> bool:
    if at == START:
        return True
    length = _number(file, at - REDUNDANT) if at >= START + TRANS_HDR_LEN + REDUNDANT else 0
    begins = at - REDUNDANT - length
    header = _header(file, begins) if length and begins >= START else None
    return header is not None and header.length == length


def _header(file: IO[bytes], at: int) -> Header | None:
    """The transaction that begins here; None where the file ends before it has."""
    file.seek(at)
    raw = file.read(TRANS_HDR_LEN)
    if len(raw) < TRANS_HDR_LEN:
        return None
    _, length, status, *more = struct.unpack(TRANS_HDR, raw)
    return Header(length, status, TRANS_HDR_LEN + sum(more))


def _number(file: IO[bytes], at: int) -> int:
    file.seek(at)
    raw = file.read(REDUNDANT)
    return struct.unpack(">Q", raw)[0] if len(raw) == REDUNDANT else -1

"""A FileStorage that is well again once its disk has room, and that says what ails it in words of ours.

ZODB's own leaves in its buffers what it could not write, where the next transaction finds it; and it does not see to it
that a packed file is on the disk before that takes the place of the other one.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ZODB.FileStorage import FileStorage
from ZODB.FileStorage.FileStorage import FileStorageQuotaError, TempFormatter
from ZODB.FileStorage.format import CorruptedError
from ZODB.FileStorage.fspack import FileStoragePacker
from ZODB.POSException import ReadOnlyError

from oidc_op.store import StoreUnavailable
from oidc_op.store.files import make_private, reason_of

log = logging.getLogger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def take_care(storage: Any) -> None:
    """Make an open FileStorage one of these; whoever opened it did not know of them."""
    if type(storage) is FileStorage:
        storage.__class__ = SafeFileStorage


def advice(name: str, error: OSError) -> str:
    """Why nothing can be written to the file ``name``, and what helps."""
    reason = reason_of(error)
    if error.errno in FULL:
        return f"{name} cannot grow: {reason}; free some space on its disk, and the server goes on by itself"
    return f"{name} cannot be written: {reason}"


class Stopped(OSError):
    """A pack is given up, since the process ends. An OSError, because ZODB removes a half-written file after those."""


class SafeFileStorage(FileStorage):
    """Writes all of a transaction or nothing, and goes on when there is room again.

    :raises oidc_op.store.StoreUnavailable: (by what writes) the disk is full, or the file may not be written.
    """

    is_ending = False  # set where a pack is to be given up
    packed_size = 0  # bytes that the last pack left of what it packed, without what was written meanwhile
    _ails = False
    _file: Any
    _tfile: Any

    def tpc_begin(self, transaction: Any, tid: Any = None, status: str = " ") -> None:
        with self._told():
            super().tpc_begin(transaction, tid, status)

    def store(self, oid: bytes, oldserial: bytes, data: bytes, version: str, transaction: Any) -> None:
        with self._told():
            super().store(oid, oldserial, data, version, transaction)

    def tpc_vote(self, transaction: Any) -> Any:
        with self._told():
            return super().tpc_vote(transaction)

    def tpc_finish(self, transaction: Any, f: Any = None) -> Any:
        """Beyond the vote nothing can be taken back: where this fails, ZODB closes the file, to be read anew."""
        try:
            return super().tpc_finish(transaction, f)
        except OSError as error:
            log.critical("%s; restart the server", advice(self._file_name, error))
            raise StoreUnavailable(f"{self._file_name} could not be written to the end; restart the server") from error

    def tpc_abort(self, transaction: Any) -> None:
        with self._lock:
            if self._ails and transaction is self._transaction:
                self._mend()
            super().tpc_abort(transaction)

    def loadBefore(self, oid: bytes, tid: bytes) -> Any:  # noqa: N802  ZODB's name
        try:
            return super().loadBefore(oid, tid)
        except CorruptedError as error:
            raise StoreUnavailable(damaged(self._file_name, str(error))) from error

    @staticmethod
    def packer(storage: Any, referencesf: Any, stop: bytes, gc: bool) -> Any:  # noqa: FBT001  ZODB calls it so
        """The end of the packed file and its index; None where there is nothing to gain. The commit lock is held then.

        The index beside the file goes first, since it is the other file's: a crash in between shall not leave it.
        """
        make_private(f"{storage._file_name}.pack")  # noqa: SLF001
        packer = Packer(storage, referencesf, stop, gc)
        try:
            end = packer.pack()
        finally:
            packer.close()
        if end is None:
            return None
        storage._clear_index()  # noqa: SLF001
        return end, packer.index

    def _save_index(self) -> None:
        try:
            if not self._is_read_only:
                make_private(f"{self._file_name}.index.index_tmp")
            super()._save_index()
        except OSError as error:
            Path(f"{self._file_name}.index.index_tmp").unlink(missing_ok=True)
            log.warning("the index of %s is not saved, so the next start takes longer: %s", self._file_name, reason_of(error))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ReadOnlyError as error:
            raise StoreUnavailable(f"{self._file_name} is opened for reading only: see read_only in its URI") from error
        except FileStorageQuotaError as error:
            raise StoreUnavailable(f"{self._file_name} has reached its quota: see quota in its URI") from error
        except OSError as error:
            self._ails = True
            raise StoreUnavailable(advice(self._file_name, error)) from error
        except ValueError as error:
            if self._file is not None and not self._file.closed:
                raise
            raise StoreUnavailable(f"{self._file_name} was closed after it could not be written; restart the server") from error

    def _mend(self) -> None:
        """Forget what could not be written: take the file up anew, cut to its last transaction. The commit lock is held."""
        for file in (self._file, self._tfile):
            with suppress(OSError):
                file.close()  # which tries once more
        self._file = Path(self._file_name).open("r+b")  # noqa: SIM115  held as long as the storage is
        self._file.truncate(self._pos)
        self._tfile = Path(f"{self._file_name}.tmp").open("w+b")  # noqa: SIM115
        self._tfmt = TempFormatter(self._tfile)
        self._files.flush()
        self._nextpos = 0
        self._ails = False


class Packer(FileStoragePacker):
    """ZODB's, but what it wrote is on the disk when it is done."""

    def copyToPacktime(self) -> Any:  # noqa: N802  ZODB's name
        """Most is written here, while transactions go on."""
        read, written = super().copyToPacktime()
        self._sync()
        self._storage.packed_size = written
        return read, written

    def copyDataRecords(self, pos: int, th: Any) -> Any:  # noqa: N802  ZODB's name
        if self._storage.is_ending:
            raise Stopped
        return super().copyDataRecords(pos, th)

    def copyRest(self, ipos: int) -> None:  # noqa: N802  ZODB's name
        super().copyRest(ipos)
        self._sync()

    def _sync(self) -> None:
        self._tfile.flush()
        os.fsync(self._tfile.fileno())


def damaged(path: str, where: str) -> str:
    """Return the message about a damaged file."""
    return (
        f"{path} is damaged ({where}); stop the server and bring back a backup: oidc-op restore X.ini FOLDER; "
        f"without one, what is left of it can be read by: python -m ZODB.fsrecover {path} recovered.fs"
    )

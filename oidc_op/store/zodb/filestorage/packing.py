"""Packing: giving back to the disk what was dropped or written anew, while the server goes on."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ZODB.FileStorage import FileStorage
from ZODB.FileStorage.format import CorruptedError
from ZODB.POSException import POSError

from oidc_op.store import StoreUnavailable
from oidc_op.store.files import make_private

from .storage import Stopped, advice, damaged

log = logging.getLogger(__name__)
DAY = 86400
GROWTH = 2  # times its size after the last pack, at which a file is packed by itself
REST = 600.0  # seconds after one that failed, before the next is begun

Say = Callable[[str], None]


class Packing:
    """Packs the FileStorage of one database, one at a time, and keeps it as it is for backups.

    How much of the file the last pack left stands in a file beside it, ``….packed``. What was written during that pack does
    not count: it may be worth as little as what was before, and under load there may be much of it. Without that file, the
    other counts as never packed.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._lock = threading.Lock()  # also whoever copies the file holds it
        self._opened_by = os.getpid()
        self._not_before = 0.0

    @property
    def path(self) -> str:
        return self._database.storage.getName()

    @property
    def size(self) -> int:
        """Bytes up to the end of the last transaction."""
        return int(self._database.storage.getSize())

    @property
    def lock(self) -> threading.Lock:
        """Held while the file must stay the one that it is."""
        return self._lock

    def has_grown(self, least: int) -> bool:
        """Whether it has ``least`` bytes, and has grown to twice its size after the last pack."""
        return self.size >= max(least, GROWTH * self._packed_size())

    def begin(self) -> None:
        """Pack in the background, unless that is under way, or failed a moment ago; returns at once."""
        if os.getpid() != self._opened_by or time.monotonic() < self._not_before or self._lock.locked():
            return
        threading.Thread(target=self._in_background, name="oidc_op pack", daemon=True).start()

    def pack(self, say: Say, *, days: float = 0) -> tuple[int, int]:
        """Pack now what is older than ``days``; bytes before and after.

        :raises StoreUnavailable: it cannot; says why.
        """
        with self._lock:
            return self._pack(say, days)

    def stop(self) -> None:
        """Let no pack begin any more, and see that one that is under way ends, undone."""
        self._database.storage.is_ending = True
        with self._lock:
            pass

    def _in_background(self) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._pack(log.info, 0)
        except StoreUnavailable as error:
            self._not_before = time.monotonic() + REST
            log.error("%s", error)  # noqa: TRY400  says all
        except Stopped:
            log.info("%s is not packed: the process ends", self.path)
        except Exception:
            self._not_before = time.monotonic() + REST
            log.exception("%s could not be packed", self.path)
        finally:
            self._lock.release()

    def _pack(self, say: Say, days: float) -> tuple[int, int]:
        storage, began = self._database.storage, time.monotonic()
        before = storage.getSize()
        say(f"packing {self.path}: {before} bytes")
        try:
            storage.pack(time.time() - days * DAY, self._references)
            after = storage.getSize()
            if isinstance(storage, FileStorage):
                self._remember(storage.packed_size or after)
                Path(f"{self.path}.old").unlink(missing_ok=True)  # the one before; all of it that is alive is in this one
        except Stopped:
            raise
        except OSError as error:
            raise StoreUnavailable(f"cannot pack: {advice(self.path, error)}") from error
        except CorruptedError as error:
            raise StoreUnavailable(f"cannot pack: {damaged(self.path, str(error))}") from error
        except POSError as error:
            raise StoreUnavailable(f"cannot pack {self.path}: {error}") from error
        say(f"packed {self.path}: {before} bytes before, {after} after, in {time.monotonic() - began:.1f} seconds")
        return before, after

    def _references(self, data: bytes) -> Any:
        """Return the references of an object; called for each that is alive."""
        if getattr(self._database.storage, "is_ending", False):
            raise Stopped
        return self._database.references(data)

    def _packed_size(self) -> int:
        with suppress(OSError, ValueError):
            size = int(Path(f"{self.path}.packed").read_text("ascii"))
            if size <= self._database.storage.getSize():  # else it was another file
                return size
        return 0

    def _remember(self, size: int) -> None:
        with suppress(OSError):  # then it is packed once more than it needs to be
            make_private(f"{self.path}.packed")
            Path(f"{self.path}.packed").write_text(f"{size}\n", "ascii")

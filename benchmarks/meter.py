"""The CPU time and memory of a server process, read from /proc, and the bytes appended to its FileStorage files."""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ZODB.FileStorage import FileIterator


class Use(NamedTuple):
    """The use between two readings; NaN if this system cannot tell, or a database was packed in between."""

    cpu: float
    rss: float
    written: float
    commits: float


class Extent(NamedTuple):
    """The identity and the length of a file."""

    inode: int
    size: int


class Metered(Protocol):
    """A meter that can be read before and after."""

    def read(self) -> Any:
        """The counters now; ``since`` makes the difference of two."""


@dataclass(frozen=True)
class Reading:
    """The counters at one moment."""

    cpu: float
    rss: float
    files: dict[Path, Extent]

    def since(self, before: "Reading") -> Use:
        """The difference."""
        written = commits = 0.0
        for path, extent in self.files.items():
            start = before.files.get(path, extent)
            if start.inode != extent.inode:  # packed meanwhile
                written = commits = math.nan
            elif start.size < extent.size:
                written += extent.size - start.size
                commits += sum(1 for _ in transactions(path, start.size))
        return Use(self.cpu - before.cpu, self.rss, written, commits)


def transactions(path: Path, position: int) -> Iterator[object]:
    """The transactions of a FileStorage that begin at ``position`` or later."""
    iterator = FileIterator(str(path), pos=position)
    try:
        yield from iterator
    finally:
        iterator.close()


@dataclass(frozen=True)
class Meter:
    """Reads one process and the storages in one folder."""

    pid: int
    folder: Path

    def read(self) -> Reading:
        """The counters now."""
        files = {path: path.stat() for path in self.folder.glob("*.fs")}
        extents = {path: Extent(stat.st_ino, stat.st_size) for path, stat in files.items()}
        return Reading(self._cpu(), self._rss(), extents)

    def _cpu(self) -> float:
        """Seconds of CPU, in user mode or the kernel (proc_pid_stat(5))."""
        try:
            after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return math.nan
        return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")

    def _rss(self) -> float:
        """Resident MiB."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return math.nan
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), math.nan)


@dataclass(frozen=True)
class Readings:
    """The counters of several processes at one moment, and what their store had written by then, where it tells."""

    each: Sequence[Reading]
    written: float

    def since(self, before: "Readings") -> Use:
        """The difference: their files are the same ones, unless the store tells."""
        uses = [now.since(then) for now, then in zip(self.each, before.each, strict=True)]
        written = uses[0].written if math.isnan(self.written) else self.written - before.written
        return Use(sum(use.cpu for use in uses), sum(use.rss for use in uses), written, uses[0].commits)


@dataclass(frozen=True)
class Together:
    """Reads several processes on one store; ``written`` asks a store that has no FileStorage files how many bytes it wrote."""

    meters: Sequence[Meter]
    written: Callable[[], float] | None = None

    def read(self) -> Readings:
        """The counters now."""
        return Readings([meter.read() for meter in self.meters], self.written() if self.written else math.nan)

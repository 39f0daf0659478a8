"""The lines of an exported file: a header, a record each, and a footer by which the file is known to be whole."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import IO, Any, NamedTuple

from oidc_op.interfaces import JSONObject
from oidc_op.model.records import RECORDS, Record
from oidc_op.secret import MasterSecret

from . import json_records

FORMAT, VERSION = "oidc_op export", 1
NONE = "it is no file that oidc-op export makes"
INCOMPLETE = "it was altered, or part of it is missing: what it holds is not what its last line says"
ALTERED = (
    "it was altered, or it belongs to another master secret: bring the master secret along, the file that oidc.secret_file names or "
    "what is in OIDC_SECRET, and import again; or export once more"
)
PURPOSE = "export"
LONGEST = 16 * 1024 * 1024  # bytes of a line


class Faulty(ValueError):
    """A file that cannot be imported; says why."""


class Header(NamedTuple):
    """The first line of a file; ``at`` is seconds since the epoch."""

    version: int
    made_by: str
    issuer: str
    at: int
    kinds: tuple[str, ...]


class Writer:
    """Makes the lines, and counts the records."""

    def __init__(self, secret: MasterSecret, issuer: str, at: int, kinds: tuple[str, ...]) -> None:
        self._secret = secret
        self.counts = Counter(dict.fromkeys(kinds, 0))
        self.sha256 = hashlib.sha256()
        header = {"format": FORMAT, "version": VERSION, "oidc_op": version("oidc_op"), "issuer": issuer, "at": at, "kinds": kinds}
        self.header = self._line(header)

    def record(self, kind: str, record: Record) -> str:
        self.counts[kind] += 1
        return self._line({"kind": kind, "record": json_records.write(record)})

    def footer(self) -> str:
        """The last line; its digest is that of all lines before it, keyed with the master secret."""
        return self._line({"records": dict(self.counts), "digest": self._secret.digest(PURPOSE, self.sha256.hexdigest())})

    def _line(self, value: Any) -> str:
        line = json.dumps(value, separators=(",", ":")) + "\n"  # ASCII, whatever is in it
        self.sha256.update(line.encode("ascii"))
        return line


class Reader:
    """Reads a file of lines; ``header`` is known at once, ``counts`` and that it is whole once the records were read."""

    def __init__(self, file: IO[bytes], secret: MasterSecret) -> None:
        self._secret = secret
        self._file, self._sha256, self._number = file, hashlib.sha256(), 0
        self.counts: Counter[str] = Counter()
        found = self._next()
        if found.get("format") != FORMAT:
            raise Faulty(NONE)
        if found.get("version") != VERSION:
            raise Faulty(f"it is of version {found.get('version')} of the format; oidc_op {version('oidc_op')} reads {VERSION}")
        try:
            self.header = Header(VERSION, str(found["oidc_op"]), str(found["issuer"]), int(found["at"]), tuple(map(str, found["kinds"])))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise Faulty("its first line is not what oidc-op export writes") from None

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Pairs of kind and record.

        :raises Faulty: a line is none of ours, or, at the end, something is missing or was altered.
        """
        while True:
            before = self._sha256.hexdigest()
            found = self._next()
            if "digest" in found:
                break
            kind = found.get("kind")
            if not isinstance(kind, str) or kind not in RECORDS or kind not in self.header.kinds:
                raise Faulty(f"line {self._number}: {kind!r} is nothing that is moved")
            try:
                record = json_records.read(RECORDS[kind], found.get("record"))
            except json_records.Misshapen as error:
                raise Faulty(f"line {self._number}: {error}") from error
            self.counts[kind] += 1
            yield kind, record
        if found.get("records") != {kind: self.counts[kind] for kind in self.header.kinds}:
            raise Faulty(INCOMPLETE)
        if not isinstance(digest := found["digest"], str) or not digest.isascii() or not self._secret.matches(PURPOSE, before, digest):
            raise Faulty(ALTERED)
        if self._file.read(1):
            raise Faulty("something follows its last line")

    def _next(self) -> JSONObject:
        line = self._file.readline(LONGEST)
        self._number += 1
        if self._number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.endswith(b"\r\n"):  # an editor, or a mail, has changed the ends of lines and nothing else
            line = line[:-2] + b"\n"
        if not line.endswith(b"\n"):
            raise Faulty(f"it ends in line {self._number}: part of it is missing" if self._number > 1 else NONE)
        self._sha256.update(line)
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Faulty(f"line {self._number} is no object of JSON" if self._number > 1 else NONE)
        return found

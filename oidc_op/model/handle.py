"""Handles: codes, opaque tokens and sessions as their bearers hold them. A handle says where its record lies, and has a secret.

A handle is 44 characters of base64url: 16 of *key* and 28 of *secret* (168 bits). The key says in which slice of time
the record ends (4 bytes) and which it is there (8 bytes), so one probe finds it and an expired slice is dropped whole.
Stores keep the key and the SHA-256 digest of the secret, never the secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
from typing import NamedTuple

HOUR, DAY = 3600, 86400
DAILY = 1 << 31  # the top bit of the slice number: days instead of hours
GRACE = 300  # seconds that a slice outlives its last record, for clocks that disagree
HANDLE = re.compile(r"[A-Za-z0-9_-]{44}")
KEY = re.compile(r"[A-Za-z0-9_-]{16}")
KEY_LENGTH = 16


class Handle(NamedTuple):
    """A code, token or session as its bearer holds it."""

    key: str
    secret: str

    def __str__(self) -> str:
        return self.key + self.secret

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret: what is stored of it."""
        return hashlib.sha256(self.secret.encode("ascii")).digest()

    def matches(self, digest: bytes) -> bool:
        """Whether ``digest`` was made of this handle's secret, in constant time."""
        return hmac.compare_digest(self.digest, digest)

    @classmethod
    def read(cls, text: str) -> Handle | None:
        """The handle that ``text`` spells, or None where it is none of ours."""
        if not HANDLE.fullmatch(text):
            return None
        return cls(text[:KEY_LENGTH], text[KEY_LENGTH:])

    @classmethod
    def draw(cls, key: str) -> Handle:
        """A new handle to the record at ``key``."""
        return cls(key, secrets.token_urlsafe(21))


def draw_key(expires_at: int, *, daily: bool = False) -> str:
    """A new random key for a record that ends at ``expires_at`` (seconds since the epoch).

    Hours hold what is short-lived; ``daily`` is for what lives for days, so that slices stay few.
    """
    return _key(expires_at, secrets.token_bytes(8), daily=daily)


def named_key(expires_at: int, name: str, *, daily: bool = False) -> str:
    """The key that ``name`` has among the records ending with ``expires_at``'s slice: the same each time it is asked."""
    return _key(expires_at, hashlib.sha256(name.encode()).digest()[:8], daily=daily)


def _key(expires_at: int, which: bytes, *, daily: bool) -> str:
    span = DAY if daily else HOUR
    number = -(-expires_at // span) | (DAILY if daily else 0)
    return base64.urlsafe_b64encode(struct.pack(">I", number) + which).decode("ascii")


def read_key(key: str) -> tuple[int, int]:
    """``key`` as (slice, which): two whole numbers; ``which`` fits a signed 64-bit integer.

    :raises ValueError: it is not a key.
    """
    if not KEY.fullmatch(key):
        raise ValueError("not a key")
    return struct.unpack(">Iq", base64.urlsafe_b64decode(key))


def slice_ends_at(number: int) -> int:
    """The moment (seconds since the epoch) from which nothing in the slice is alive."""
    return (number & ~DAILY) * (DAY if number & DAILY else HOUR) + GRACE

"""The master secret: what is derived from it, and how values are sealed and digested with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
import struct
import time
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENVIRONMENT = "OIDC_SECRET"
MINIMUM = 32  # characters
DIFFERENT = 8  # of them: of 32 random hexadecimal digits, fewer come less than once in twenty million draws
DAY = 86400  # seconds
DAILY, MARK = 1, 3  # the first byte of what was sealed with the key of a day, and the bytes that say which
NONCE = 12  # bytes (NIST SP 800-38D §8.2)


#: What to do where the master secret does not open the signing keys with these ids; last comes the command that makes others.
WRONG_SECRET = (
    "the master secret is not the one that the signing keys were sealed with ({}): put that one back, below the new one if this is a "
    "rotation; if it is lost, {} makes other keys, and every client needs another secret"
)

#: The same of the secrets of these clients, which ID Tokens are signed with.
WRONG_CLIENT_SECRETS = (
    "the master secret is not the one that the secrets of these clients were sealed with: {}; nothing can be signed for them (HS256) "
    "until that one is back, below the new one, or each has another secret: oidc-op client secret, with --readable"
)


class SecretError(ValueError):
    """The master secret is missing or unfit; says what to do about it."""


class MasterSecret:
    """One line each, newest first: the newest makes, all can read.

    What is stolen from the database alone is worth nothing without it.
    """

    def __init__(self, lines: tuple[str, ...]) -> None:
        if not lines:
            raise SecretError("the master secret is empty")
        if any(len(line) < MINIMUM for line in lines):
            raise SecretError(f"every line of the master secret needs at least {MINIMUM} characters")
        if any(len(set(line)) < DIFFERENT for line in lines):
            raise SecretError(
                f"a line of the master secret has fewer than {DIFFERENT} different characters, so it can be guessed; "
                "oidc-op init draws one where there is none"
            )
        self._lines = lines
        self._derive = lru_cache(maxsize=64)(_derive)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose (RFC 5869), from the newest line."""
        return self._derive(self._lines[0], purpose)

    def seal(self, purpose: str, value: bytes) -> str:
        """``value`` encrypted and authenticated (AES-256-GCM), as base64url text.

        Each day has a key of its own: anybody can have requests sealed, and nonces are drawn, so that one key is good for
        2^32 of them (NIST SP 800-38D §8.3).
        """
        nonce, day = os.urandom(NONCE), struct.pack(">BH", DAILY, int(time.time()) // DAY)
        sealed = AESGCM(self.derive(_sealing(purpose, day))).encrypt(nonce, value, purpose.encode())
        return _spelled(day + nonce + sealed)

    def unseal(self, purpose: str, text: str) -> bytes:
        """Return the value that was sealed.

        :raises SecretError: it was not sealed for this purpose by any line of this secret.
        """
        for line in self._lines:
            value = self._opened(line, purpose, text)
            if value is not None:
                return value
        raise SecretError("not sealed here")

    def is_newest(self, purpose: str, text: str) -> bool:
        """Whether the newest line sealed it, so that it does without the others."""
        return self._opened(self._lines[0], purpose, text) is not None

    def _opened(self, line: str, purpose: str, text: str) -> bytes | None:
        try:
            raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            return None
        if _spelled(raw) != text:
            return None
        days = (raw[:MARK], b"") if raw[:1] == bytes([DAILY]) else (b"",)  # a nonce of former seals may begin so, too
        return next((value for day in days if (value := self._opened_as_of(line, purpose, day, raw)) is not None), None)

    def _opened_as_of(self, line: str, purpose: str, day: bytes, raw: bytes) -> bytes | None:
        sealed = raw[len(day) :]
        try:
            return AESGCM(self._derive(line, _sealing(purpose, day))).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            return None

    def digest(self, purpose: str, value: str) -> str:
        """A keyed digest (HMAC-SHA256, hexadecimal) for what is only ever compared."""
        return _keyed(self.derive("digest " + purpose), value)

    def digests(self, purpose: str, value: str) -> list[str]:
        """The digests that each line makes of ``value``, newest first."""
        return [_keyed(self._derive(line, "digest " + purpose), value) for line in self._lines]

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Whether ``digest`` was made of ``value``, by any line, in constant time for one line."""
        return any(hmac.compare_digest(each.encode(), digest.encode()) for each in self.digests(purpose, value))


def _sealing(purpose: str, day: bytes) -> str:
    """Return what a key seals: a purpose on one day; without a day, what was sealed before each had a key of its own."""
    return f"seal {purpose} {int.from_bytes(day[1:], 'big')}" if day else f"seal {purpose}"


def _derive(line: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"oidc_op", info=purpose.encode()).derive(line.encode())


def _spelled(raw: bytes) -> str:
    """The one text for it; base64 has others that read the same."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _keyed(key: bytes, value: str) -> str:
    return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def draw() -> str:
    """A new secret of 256 bits, as text without characters that need encoding."""
    return secrets.token_urlsafe(32)


def draw_id(size: int) -> str:
    """A name of ``size`` random bytes as base64url, which no command line takes for an option: it begins with no hyphen."""
    while (drawn := secrets.token_urlsafe(size)).startswith("-"):
        pass
    return drawn


def read_secret(path: str | os.PathLike[str]) -> MasterSecret:
    """The master secret from the environment variable ``OIDC_SECRET``, else from the file at ``path``.

    :raises SecretError: there is neither (or ``path`` is ""), the file is open to others, or a line is too short.
    """
    text = os.environ.get(ENVIRONMENT, "")
    if not text and not path:
        raise SecretError(f"no master secret: name its file here, or set {ENVIRONMENT}; make one with: oidc-op init X.ini")
    if not text:
        file = Path(path)
        try:
            text = file.read_text("utf-8")
        except FileNotFoundError:
            raise SecretError(
                f"no master secret: {file} does not exist and {ENVIRONMENT} is not set; make one with: oidc-op init X.ini"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"cannot read the master secret {file}: {error}") from error
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretError(f"the master secret {file} is open to others; do: chmod 600 {file}")
    return MasterSecret(tuple(line.strip() for line in text.splitlines() if line.strip()))


def write_secret(path: str | os.PathLike[str]) -> bool:
    """Make a new master secret with mode 600; False where the file is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(draw() + "\n")
    return True

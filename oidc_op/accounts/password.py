"""Passwords: Argon2id with OWASP's parameters, and no more at once than memory and processors bear."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from oidc_op.process.limits import LimitReached

TIME_COST, MEMORY_COST, PARALLELISM = 2, 19 * 1024, 1  # OWASP Password Storage Cheat Sheet; memory in KiB
SHORTEST, LONGEST = 8, 1024  # characters (NIST SP 800-63B-4 §3.1.1.2)
BUSY = 2  # seconds until it is worth trying again

T = TypeVar("T")


def normalized_password(password: str) -> str:
    """Return ``password`` as it is hashed: whatever keyboard composed its characters (NFKC; NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str) -> str:
    """Return a new password as it is hashed; the one rule, whichever way the password comes.

    :raises ValueError: it is too short or too long, or has control characters.
    """
    text = normalized_password(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
        raise ValueError("a password has no control characters")
    return text


class PasswordHasher:
    """Hashes and verifies; at most ``at_once`` run at the same time, and ``queue`` more wait.

    They run in threads of their own, because the allocator keeps the 19 MiB of a hash for the thread that asked for them. A
    request waits with its transaction open, so the queue is short: beyond it the next is refused at once.
    """

    def __init__(self, at_once: int, queue: int = 16, time_cost: int = TIME_COST, memory_cost: int = MEMORY_COST) -> None:
        self._argon2 = Argon2(time_cost, memory_cost, PARALLELISM)
        self._threads = ThreadPoolExecutor(at_once, "password")
        self._places = threading.BoundedSemaphore(at_once + queue)

    def hash(self, password: str) -> str:
        """Return a hash of ``password`` in PHC form.

        :raises ValueError: it is empty or longer than 1024 characters.
        :raises LimitReached: too many others wait.
        """
        if not password or len(password) > LONGEST:
            raise ValueError(f"a password has 1 to {LONGEST} characters")
        return self._run(self._argon2.hash, password)

    def verify(self, hashed: str, password: str) -> bool:
        """Whether ``hashed`` was made of ``password``; an absent hash takes as long as a wrong password.

        :raises LimitReached: too many others wait.
        """
        try:
            matches = self._run(self._argon2.verify, hashed or self._hash_of_nobody, password[:LONGEST])
            return matches and bool(hashed) and len(password) <= LONGEST
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether the cost has changed since it was made."""
        return self._argon2.check_needs_rehash(hashed)

    def _run(self, func: Callable[..., T], *args: str) -> T:
        if not self._places.acquire(blocking=False):
            raise LimitReached("password_hash_queue", retry_after=BUSY)
        try:
            return self._threads.submit(func, *args).result()
        finally:
            self._places.release()

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self._argon2.hash("nobody's password")

"""Passwords: Argon2id with OWASP's parameters, and no more at once than memory and processors bear."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

TIME_COST, MEMORY_COST, PARALLELISM = 2, 19 * 1024, 1  # OWASP Password Storage Cheat Sheet; memory in KiB
LIMIT = 1024  # characters: more is no password


class PasswordHasher:
    """Hashes and verifies; at most ``at_once`` of either run at the same time, the others wait.

    They run in threads of their own, because the allocator keeps the 19 MiB of a hash for the thread that asked for them.
    """

    def __init__(self, at_once: int, time_cost: int = TIME_COST, memory_cost: int = MEMORY_COST) -> None:
        self._argon2 = Argon2(time_cost, memory_cost, PARALLELISM)
        self._threads = ThreadPoolExecutor(at_once, "password")

    def hash(self, password: str) -> str:
        """``password`` as a hash in PHC form.

        :raises ValueError: it is empty or absurdly long.
        """
        if not password or len(password) > LIMIT:
            raise ValueError(f"a password has 1 to {LIMIT} characters")
        return self._threads.submit(self._argon2.hash, password).result()

    def verify(self, hashed: str, password: str) -> bool:
        """Whether ``hashed`` was made of ``password``; an absent hash takes as long as a wrong password."""
        try:
            right = self._threads.submit(self._argon2.verify, hashed or self._nobodys, password[:LIMIT]).result()
            return right and bool(hashed) and len(password) <= LIMIT
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether the cost has changed since it was made."""
        return self._argon2.check_needs_rehash(hashed)

    @cached_property
    def _nobodys(self) -> str:
        return self.hash("nobody's password")

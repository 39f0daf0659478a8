"""The errors of a store."""

from __future__ import annotations

from pyramid.exceptions import ConfigurationError
from transaction.interfaces import TransientError


class AlreadyExists(Exception):
    """The key of a new record is taken, or the user name of an account."""


class Conflict(TransientError):
    """Somebody else changed the record first; the transaction is aborted and the request run again."""


class StoreNotReady(ConfigurationError):
    """``oidc-op init`` has not created the store yet, or this version cannot read it."""


class StoreHeld(ConfigurationError):
    """Another process has the file at ``path`` open: process ``pid``, where that is known."""

    def __init__(self, path: str, pid: int | None = None) -> None:
        super().__init__(path, pid)
        self.path = path
        self.pid = pid

    def __str__(self) -> str:
        holder = f"process {self.pid}" if self.pid else "another process"
        return f"{self.path} is held by {holder}; stop that one, or let both use ZEO"


class StoreUnavailable(Exception):
    """The store cannot be reached, or cannot write, at present; the request may be repeated later."""


class StoreDamaged(ConfigurationError):
    """The store is incomplete or lost; the text says what helps."""


class DoneElsewhere(Exception):
    """This store does it by other means, which the text names."""


class ForkedChild(RuntimeError):
    """The store was opened before the process forked; two processes on one file would corrupt it."""

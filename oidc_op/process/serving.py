"""Whether an application is made to serve requests, or for one command of ``oidc-op``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_state = threading.local()


@contextmanager
def not_serving() -> Iterator[None]:
    """Make applications for a command: they open no control socket, do no maintenance, and may start with a faulty store."""
    _state.is_command = True
    try:
        yield
    finally:
        _state.is_command = False


def is_serving() -> bool:
    """Whether an application that this thread makes now is to serve requests."""
    return not getattr(_state, "is_command", False)

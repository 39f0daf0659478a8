"""Whether an application is made for a command of ``oidc-op``, and not to serve."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_commanded = threading.local()


@contextmanager
def for_a_command() -> Iterator[None]:
    """Meanwhile, applications are made for a command: they listen to nobody, and start with what the command is to mend."""
    _commanded.now = True
    try:
        yield
    finally:
        _commanded.now = False


def is_for_a_command() -> bool:
    return getattr(_commanded, "now", False)

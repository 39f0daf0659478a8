"""Ending well: SIGTERM leaves by the exit, where databases are closed and their indexes saved."""

from __future__ import annotations

import signal
import sys
import threading

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    """Close the store at SIGTERM, in a process of our own. A host, or a server with handlers of its own, decides for itself."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))

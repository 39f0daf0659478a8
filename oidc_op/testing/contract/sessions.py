"""Sessions that are run again after a conflict, alone or against each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from typing import Any

from transaction.interfaces import TransientError

OpenStore = Callable[[], AbstractContextManager[Any]]
ATTEMPTS = 100
THREADS = 8


class Undo(Exception):
    """Makes a session abort."""


def settle(open_store: OpenStore, work: Callable[[Any], Any]) -> Any:
    """Return the result of ``work(store)``, in a session of its own that is run again after a conflict."""
    for _ in range(ATTEMPTS):
        try:
            with open_store() as store:
                result = work(store)
        except TransientError:
            continue
        return result
    raise AssertionError(f"{ATTEMPTS} attempts, and a conflict each time")


def race(open_store: OpenStore, *works: Callable[[Any], Any]) -> list[Any]:
    """Return the results of ``works``, each run in a thread of its own, all started at the same moment."""
    start = Barrier(len(works))

    def run(work: Callable[[Any], Any]) -> Any:
        start.wait()
        return settle(open_store, work)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))

"""Back-off: a request that lost a race waits a moment before it is run again, so that it does not meet the same requests again."""

from __future__ import annotations

import time
from secrets import SystemRandom
from typing import Any

from pyramid_retry import IBeforeRetry

from oidc_op.interfaces import Configurator

FIRST, MOST = 0.01, 0.4  # seconds that are waited at most, after the first attempt and after any
_random = SystemRandom()


def longest(attempt: int) -> float:
    """How many seconds are waited at most after this attempt, which is counted from 0: each time twice as many."""
    return min(FIRST * 2.0**attempt, MOST)


def wait(event: Any) -> None:
    """Wait, holding nothing: the transaction has been aborted."""
    time.sleep(_random.uniform(0, longest(event.environ["retry.attempt"])))


def includeme(config: Configurator) -> None:
    """Subscribe, for every request of the application that is run again."""
    config.add_subscriber(wait, IBeforeRetry)

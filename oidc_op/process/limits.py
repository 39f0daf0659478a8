"""Limits: what is kept no more than so many times, and what becomes of the next.

Where the oldest may go, it goes. Where nothing may go before its end, as with values that count once, the next is refused.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from oidc_op.interfaces import IProvider, TransactionManager
from oidc_op.model.ticket import Ticket

from .per_application import PerApplication

log = logging.getLogger(__name__)
FIRST, THEN = 10, 100  # what is logged: the first ten times, then every hundredth
RECOUNT = 60.0  # seconds until tickets are counted again, once there were too many
SHARE = 100  # a process may miss this part of them, before it counts again
UNLISTED = "the oldest grant of an account with client {} cannot be refreshed any more"

_times: Counter[str] = Counter()
_lock = Lock()


class LimitReached(Exception):
    """The limit of the setting ``oidc.{limit}`` is reached, and nothing may go to make room.

    ``retry_after`` is seconds until it is worth asking again.
    """

    def __init__(self, limit: str, *, retry_after: int = int(RECOUNT)) -> None:
        super().__init__(f"the limit oidc.{limit} is reached")
        self.retry_after = retry_after


def log_limit_reached(bound: str, what: str, manager: TransactionManager) -> None:
    """Log that the limit of the setting ``oidc.{bound}`` was reached, ``what`` came of it, and how often that was in this process.

    It is logged once the transaction of ``manager`` is committed: an attempt that is run again did nothing.
    """
    manager.get().addAfterCommitHook(lambda kept: _struck(bound, what) if kept else None)


def _struck(bound: str, what: str) -> None:
    with _lock:
        _times[bound] += 1
        times = _times[bound]
    if times <= FIRST or times % THEN == 0:
        log.warning("bound oidc.%s reached (number %d since the start): %s", bound, times, what)


@dataclass
class Room:
    """How many more tickets a process may add before it counts again; where there was no room, when that is."""

    left: int = 0
    full_until: float = 0.0


_rooms = PerApplication(Room)


def keep(provider: IProvider, ticket: Ticket) -> None:
    """Add a ticket, which stays until it expires.

    :raises LimitReached: there are ``oidc.max_tickets``.
    """
    check_room(provider)
    provider.store.tickets.add(ticket)
    _rooms.of(provider).left -= 1


def check_room(provider: IProvider) -> None:
    """See that there is room for more tickets, roughly: nobody counts them each time, and other processes add to them, too.

    Counted is at the first one, and then each time when half of the room that was left has been used.

    :raises LimitReached: there is none.
    """
    room, most = _rooms.of(provider), provider.settings.max_tickets
    if room.left <= 0 and time.monotonic() >= room.full_until:
        free = most - len(provider.store.tickets)
        room.left = max(free // 2, most // SHARE, 1) if free > 0 else 0
        room.full_until = 0.0 if free > 0 else time.monotonic() + RECOUNT
    if room.left <= 0:
        _struck("max_tickets", "what would have needed one more was refused")
        raise LimitReached("max_tickets")

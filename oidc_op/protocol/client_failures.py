"""Slowing down those who guess the secrets of clients (RFC 6749 §2.3.1)."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from oidc_op.interfaces import IProvider
from oidc_op.model.address import address_of, network_of
from oidc_op.process.per_application import PerApplication

from .errors import OAuthError

WINDOW = 300  # seconds in which failures are counted together
REMEMBERED = 10_000  # counts; the oldest goes for a new one


class TooManyFailures(OAuthError, error="invalid_client", status=429):
    """Secrets are being guessed; asked again later, the right one will do (RFC 6585 §4)."""


class Count(NamedTuple):
    """Wrong secrets for one client from one place, and when the window ends: seconds since the epoch."""

    failures: int
    until: int


class ClientFailures:
    """The counts of one process, in memory.

    A secret has 128 bits or more, so what matters is that guessing is noticed and costs no more than a lookup; a count that
    goes with its process, or for a newer one, lets nobody in.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], Count] = OrderedDict()
        self._lock = Lock()

    def check(self, provider: IProvider, client_id: str) -> None:
        """:raises TooManyFailures: ``oidc.client_failures`` secrets were wrong; none is looked at until the window ends."""
        if not self._counts:  # as nearly always: no address is looked at
            return
        count = self._counts.get(_place(provider, client_id))
        if count and count.until > provider.now and count.failures >= provider.settings.client_failures:
            wait = count.until - provider.now
            raise TooManyFailures("there were too many wrong secrets; try again later", retry_after=wait, detail=f"for {wait} seconds")

    def add(self, provider: IProvider, client_id: str) -> None:
        """Count a wrong secret."""
        place, now = _place(provider, client_id), provider.now
        with self._lock:
            count = self._counts.pop(place, None)
            if count is None or count.until <= now:
                count = Count(0, now + WINDOW)
            self._counts[place] = count._replace(failures=count.failures + 1)
            if len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)


failures = PerApplication(ClientFailures)


def _place(provider: IProvider, client_id: str) -> tuple[str, str]:
    return client_id[:255], network_of(address_of(provider.request.environ))[0]

"""Maintenance: what has expired is dropped by the requests that bring something new, a slice at a time; no timer is needed.

Grants, sessions and tickets are looked after. Expired consents and keys are few, one per account and client, a few per
rotation; their number does not grow with use, so they wait for ``oidc-op purge``.
"""

from __future__ import annotations

import secrets
import threading

from oidc_op.events import Event, SignedIn, TokenIssued
from oidc_op.interfaces import Configurator, IStoreBackend
from oidc_op.model.handle import HOUR
from oidc_op.model.records import EXPIRING

from .serving import is_serving

ONE_IN = 64  # requests that write, one looks whether something has ended


class Maintenance:
    """The hours in which a process last looked for expired records; the clock is the provider's."""

    def __init__(self) -> None:
        self._looked: dict[str, int] = {}  # the hour in which each was looked at last
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """In the request's own transaction, drop at most one slice: one small write."""
        provider = event.provider
        if name := self._due(provider.now // HOUR):
            getattr(provider.store, name).sweep(provider.now)
            storage = provider.request.registry.queryUtility(IStoreBackend)
            if storage is not None:
                storage.tend()

    def _due(self, hour: int) -> str | None:
        """Return the collection that this request looks at: one not looked at in this hour, or now and then any.

        Of requests that come together when a slice ends, one is the first, so they do not all drop it.
        """
        with self._lock:
            name = next((each for each in EXPIRING if self._looked.get(each) != hour), None)
            if name is None and secrets.randbelow(ONE_IN) == 0:
                name = secrets.choice(EXPIRING)
            if name is not None:
                self._looked[name] = hour
            return name


def includeme(config: Configurator) -> None:
    """Subscribe, in a process that serves."""
    if is_serving():
        maintenance = Maintenance()
        config.add_subscriber(maintenance, TokenIssued)
        config.add_subscriber(maintenance, SignedIn)

"""Authorization codes: what is kept of one, and how the grant behind it is found again (RFC 6749 §4.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

from zope.interface import implementer

from oidc_op.interfaces import ICodes, IProvider
from oidc_op.model.grant import Code, Grant
from oidc_op.model.handle import Handle
from oidc_op.process.per_application import PerApplication

from .errors import TemporarilyUnavailable

CLEARED = 1000  # accounts and clients that are counted, from which on what has expired is looked for


class Found(NamedTuple):
    """The grant behind a code, its code, and what writes it once the code is used."""

    grant: Grant
    code: Code
    write: Callable[[Grant], None]


class UnusedCodes:
    """How many codes a process has given out under ``prompt=none`` that it did not see redeemed, by account and client.

    The record of a code that nobody redeems stays as long as a refresh token would have. A page that asks with ``prompt=none``
    again and again could fill the store with them, and the person would not see it.
    """

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str], list[int]] = {}  # when each expires, in seconds since the epoch
        self._lock = Lock()

    def add(self, provider: IProvider, grant: Grant, expires_at: int) -> None:
        """:raises TemporarilyUnavailable: there are ``oidc.max_unused_codes``."""
        now, whose = provider.now, (grant.sub, grant.client_id)
        with self._lock:
            ends = [end for end in self._ends.get(whose, ()) if end > now]
            if len(ends) >= provider.settings.max_unused_codes:
                raise TemporarilyUnavailable("too many codes were not redeemed", retry_after=min(ends) - now)
            self._ends[whose] = [*ends, expires_at]
            if len(self._ends) % CLEARED == 0:
                self._ends = {each: left for each, left in self._ends.items() if max(left, default=0) > now}

    def redeemed(self, grant: Grant) -> None:
        """Make room for another."""
        whose = (grant.sub, grant.client_id)
        if whose not in self._ends:  # as nearly always
            return
        with self._lock:
            if ends := self._ends.get(whose):
                self._ends[whose] = ends[1:]
                if not ends[1:]:
                    del self._ends[whose]


unused_codes = PerApplication(UnusedCodes)


def _redeemed(provider: IProvider, grant: Grant) -> None:
    provider.store.grants.put(grant)
    unused_codes.of(provider).redeemed(grant)


@implementer(ICodes)
class StoredCodes:
    """A code is a handle to a grant, which is stored from the authorization on."""

    def keep(self, provider: IProvider, grant: Grant, expires_at: int) -> tuple[Grant, str]:
        handle = Handle.draw(grant.key)
        grant = replace(grant, code=Code(handle.digest, expires_at))
        provider.store.grants.add(grant)
        return grant, str(handle)

    def find(self, provider: IProvider, text: str) -> Found | None:
        handle = Handle.read(text)
        grant = provider.store.grants.get(handle.key) if handle else None
        if handle is None or grant is None or grant.code is None or not handle.matches(grant.code.digest):
            return None
        return Found(grant, grant.code, lambda used: _redeemed(provider, used))


STORED = StoredCodes()


def codes_of(provider: IProvider) -> Any:
    """The ``ICodes`` of this provider."""
    return provider.request.registry.queryUtility(ICodes, default=STORED)

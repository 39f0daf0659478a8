"""Slowing down those who guess passwords, before any hash is computed."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from oidc_op.interfaces import IProvider
from oidc_op.model.account import normalized
from oidc_op.model.address import network_of
from oidc_op.model.handle import HOUR, named_key
from oidc_op.model.ticket import Ticket

FIRST, LONGEST = 30, 900  # seconds of delay: doubling, up to 15 minutes
PURPOSE = "sign-in failures"


class Limit(NamedTuple):
    """A count of failures, by the name of what is counted, and how many are allowed before attempts have to wait."""

    name: str
    failures: int


class Throttle:
    """Counts the failures of a sign-in where it is tried, and forgets them within two hours.

    Only what was hashed is counted, so guessing makes no more counts than passwords can be hashed in that time; no guess goes
    uncounted, and a table of tickets that is full closes the sign-in to nobody.

    That is at an address, at a client, or at a device that the person has signed in with before: attempts with a known device
    are counted by themselves, so that nobody else's failures stop them. The first of ``limits`` is the account's own.
    """

    def __init__(self, provider: IProvider, limits: list[Limit]) -> None:
        self._tickets, self._now = provider.store.tickets, provider.now
        self._limits = limits if provider.settings.sign_in_throttle else []

    @classmethod
    def at_address(cls, provider: IProvider, login: str, address: str) -> Throttle:
        """Count by account and address, by address, by site (IPv6 only), and by account."""
        settings, account = provider.settings, normalized(login)
        household, site = network_of(address)
        limits = [
            Limit(repr((account, household)), settings.sign_in_failures),
            Limit(repr(("", household)), settings.sign_in_failures_per_address),
            Limit(repr((account, "")), settings.sign_in_failures_per_account),
        ]
        if site:
            limits.append(Limit(repr(("", site)), 4 * settings.sign_in_failures_per_address))
        return cls(provider, limits)

    @classmethod
    def at_client(cls, provider: IProvider, login: str, client_id: str) -> Throttle:
        """Count by account and client, and by account: the address is that of the client's server (RFC 6749 §4.3)."""
        settings, account = provider.settings, normalized(login)
        limits = [
            Limit(repr((account, "client", client_id)), settings.sign_in_failures),
            Limit(repr((account, "")), settings.sign_in_failures_per_account),
        ]
        return cls(provider, limits)

    @classmethod
    def at_device(cls, provider: IProvider, login: str, device: str) -> Throttle:
        """Count by account and known device alone."""
        return cls(provider, [Limit(repr((normalized(login), "device", device)), provider.settings.sign_in_failures)])

    def retry_after(self) -> int:
        """Return seconds until another attempt is looked at; 0 for now."""
        until = max((int(ticket.data[1]) if (ticket := self._ticket(each.name)) else 0 for each in self._limits), default=0)
        return max(0, until - self._now)

    def failed(self) -> None:
        """Count a wrong password."""
        for name, limit in self._limits:
            ticket = self._ticket(name)
            count = 1 + (int(ticket.data[0]) if ticket else 0)
            delay = min(LONGEST, FIRST << min(count - limit, 10)) if count >= limit else 0
            self._count(name, ticket, (count, self._now + delay if delay else 0))

    def succeeded(self) -> None:
        """Forget the failures of this account here, also where they were counted with those of others."""
        own = self._ticket(self._limits[0].name) if self._limits else None
        failures = int(own.data[0]) if own else 0
        if not failures:
            return
        for name, limit in self._limits:
            if ticket := self._ticket(name):
                count = max(0, int(ticket.data[0]) - failures)
                self._tickets.put(replace(ticket, data=(count, ticket.data[1] if count >= limit else 0)))

    def _ticket(self, name: str) -> Ticket | None:
        """Return the newest count: this hour's, or the last one's."""
        return self._tickets.get(self._key(name, 0)) or self._tickets.get(self._key(name, -1))

    def _count(self, name: str, seen: Ticket | None, data: tuple[int | str, ...]) -> None:
        key = self._key(name, 0)
        if seen is not None and seen.key == key:
            self._tickets.put(replace(seen, data=data))
        else:
            self._tickets.add(Ticket(key, PURPOSE, self._ends(0), data))

    def _ends(self, hours: int) -> int:
        return (self._now // HOUR + hours + 2) * HOUR

    def _key(self, name: str, hours: int) -> str:
        return named_key(self._ends(hours), f"{PURPOSE}\t{name}")

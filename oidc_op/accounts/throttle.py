"""Slowing down those who guess passwords, before any hash is computed."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from oidc_op.interfaces import IProvider
from oidc_op.model.account import normalized
from oidc_op.model.handle import HOUR, named_key
from oidc_op.model.ticket import Ticket
from oidc_op.process.limits import check_room, keep

FIRST, LONGEST = 30, 900  # seconds of delay: doubling, up to 15 minutes
PURPOSE = "sign-in failures"
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 §2.1


class Throttle:
    """Counts failures of an account from an address, of an address, and of an account; forgets within two hours."""

    def __init__(self, provider: IProvider, login: str, address: str) -> None:
        self._provider, self._tickets, self._now = provider, provider.store.tickets, provider.now
        self._enabled = provider.settings.sign_in_throttle
        account, place = normalized(login), _network(address)
        self._limits = {repr((account, place)): 5, repr(("", place)): 50, repr((account, "")): 100}

    def retry_after(self) -> int:
        """Seconds until another attempt is looked at; 0 for now."""
        if not self._enabled:
            return 0
        until = max(int(ticket.data[1]) if (ticket := self._ticket(name)) else 0 for name in self._limits)
        return max(0, until - self._now)

    def check_room(self) -> None:
        """See that a failure could be counted: a guess that leaves no trace would be one of arbitrarily many.

        :raises oidc_op.process.limits.LimitReached: it could not.
        """
        if self._enabled and any(self._tickets.get(self._key(name, 0)) is None for name in self._limits):
            check_room(self._provider)

    def failed(self) -> None:
        """Count a wrong password."""
        if not self._enabled:
            return
        for name, limit in self._limits.items():
            ticket = self._ticket(name)
            count = 1 + (int(ticket.data[0]) if ticket else 0)
            delay = min(LONGEST, FIRST << min(count - limit, 10)) if count >= limit else 0
            self._keep(name, ticket, (count, self._now + delay if delay else 0))

    def succeeded(self) -> None:
        """Forget the failures of this account from this address."""
        if self._enabled and (ticket := self._ticket(next(iter(self._limits)))):
            self._tickets.put(replace(ticket, data=(0, 0)))

    def _ticket(self, name: str) -> Ticket | None:
        """The newest count: this hour's, or the last one's."""
        return self._tickets.get(self._key(name, 0)) or self._tickets.get(self._key(name, -1))

    def _keep(self, name: str, seen: Ticket | None, data: tuple[int | str, ...]) -> None:
        key = self._key(name, 0)
        if seen is not None and seen.key == key:
            self._tickets.put(replace(seen, data=data))
        else:
            keep(self._provider, Ticket(key, PURPOSE, self._ends(0), data))

    def _ends(self, hours: int) -> int:
        return (self._now // HOUR + hours + 2) * HOUR

    def _key(self, name: str, hours: int) -> str:
        return named_key(self._ends(hours), f"{PURPOSE}\t{name}")


def _network(address: str) -> str:
    """One IPv4 address, however it is written, or the /64 of IPv6 that one household has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None
        ip = ip.ipv4_mapped or embedded or ip
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)  # noqa: PLR2004

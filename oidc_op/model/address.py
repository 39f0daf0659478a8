"""Addresses that requests come from, and what of them counts as one place."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 §2.1
BRACKETED = re.compile(r"\[([^\]]*)\](?::[^:]*)?")
IPV4_AND_PORT = re.compile(r"([0-9.]+):[^:]*")
HOUSEHOLD, SITE = 64, 48  # bits of the prefixes that one household, and one site, have of IPv6
UNREADABLE = "unreadable"  # what stands for every address that is none, so that no spelling begins a count of its own


def address_of(environ: Mapping[str, Any]) -> str:
    """Return the address that a request comes from, as the server knows it.

    waitress takes the end of a forwarded ``::ffff:192.0.2.1`` for a port, and would leave all of IPv4 one address.
    """
    address, port = environ.get("REMOTE_ADDR", ""), environ.get("REMOTE_PORT", "")
    return f"{address}:{port}" if "." in port else address


def network_of(address: str) -> tuple[str, str]:
    """Return what counts as one place for ``address``, and as one site.

    An IPv4 address is itself, however it is written; of IPv6 it is the /64 that one household has, and the site is the /48.
    A port, brackets and a zone are not part of an address.
    """
    text = address.strip()
    found = BRACKETED.fullmatch(text) or IPV4_AND_PORT.fullmatch(text)
    try:
        ip = ipaddress.ip_address((found[1] if found else text).partition("%")[0])
    except ValueError:
        return UNREADABLE, ""
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None
        ip = ip.ipv4_mapped or embedded or ip
    if ip.version == 4:  # noqa: PLR2004
        return str(ip), ""
    return tuple(str(ipaddress.ip_network((ip, bits), strict=False)) for bits in (HOUSEHOLD, SITE))  # type: ignore[return-value]

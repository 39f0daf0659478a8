"""The device cookie: a browser in which somebody has signed in before is not stopped by what strangers try.

It is sealed and names accounts by digests alone, with a random id for each, under which that browser's failures are counted
(the device cookies of OWASP's guide to slow down password guessing).
"""

from __future__ import annotations

import json
import secrets

from oidc_op.interfaces import IProvider
from oidc_op.model.account import normalized
from oidc_op.model.handle import DAY
from oidc_op.secret import SecretError

from .cookies import read_cookie, set_cookie

COOKIE, PURPOSE = "oidc_device", "device"
LIFE = 90 * DAY  # seconds
ACCOUNTS = 5  # that one browser remembers; the one that signed in longest ago goes

Devices = dict[str, tuple[str, int]]  # by the digest of the user name: the id, and until when it counts


def device_of(provider: IProvider, login: str) -> str:
    """Return the id under which attempts of this browser for ``login`` are counted, or "" where it has not signed in before."""
    device = _read(provider).get(_digest(provider, login))
    return device[0] if device else ""


def remember_device(provider: IProvider, login: str) -> None:
    """Set the cookie once ``login`` has signed in: from now on, for 90 days, this browser is known."""
    devices, digest = _read(provider), _digest(provider, login)
    device, _ = devices.pop(digest, (secrets.token_urlsafe(9), 0))
    newest = {digest: (device, provider.now + LIFE), **devices}
    kept = dict(list(newest.items())[:ACCOUNTS])
    set_cookie(provider, COOKIE, provider.secret.seal(PURPOSE, json.dumps(kept).encode()), LIFE)


def _read(provider: IProvider) -> Devices:
    text = read_cookie(provider, COOKIE)
    if not text:
        return {}
    try:
        devices = json.loads(provider.secret.unseal(PURPOSE, text))
    except SecretError:
        return {}
    return {digest: (device, until) for digest, (device, until) in devices.items() if provider.now < until}


def _digest(provider: IProvider, login: str) -> str:
    return provider.secret.digest(PURPOSE, normalized(login))[:22]

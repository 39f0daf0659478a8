"""A request that is carried through pages and addresses, as text that only this provider can read.

A short one is sealed into the text. A long one would make addresses and headers that proxies refuse (nginx has 4 KiB for the
headers of an answer), so its parameters are kept as a ticket, and the text has their handle.
"""

from __future__ import annotations

import json
from collections import Counter
from threading import Lock
from typing import Any, Protocol

from oidc_op.interfaces import IProvider
from oidc_op.model.address import address_of, network_of
from oidc_op.model.handle import HOUR, Handle, draw_key
from oidc_op.model.ticket import Ticket
from oidc_op.process.limits import keep
from oidc_op.process.per_application import PerApplication
from oidc_op.secret import SecretError

from .errors import InvalidRequest
from .parameters import Parameters

UNKNOWN = "the request that was to be resumed is unknown here"
SHORT = 1500  # bytes that are sealed; 2 KiB of text come of them
LONGEST = 32 * 1024  # bytes; larger ones are pushed (RFC 9126)
PER_PLACE, PER_PROCESS = 500, 5000  # long ones that are kept within an hour, for anybody who asks


class CarriedRequest(Protocol):
    """A request with parameters; ``kept`` is their handle, once they were kept here."""

    params: Parameters
    kept: str


class LongRequests:
    """How many long requests a process has kept in this hour, by the network that they came from."""

    def __init__(self) -> None:
        self._hour, self._kept, self._lock = 0, Counter[str](), Lock()

    def add(self, provider: IProvider) -> None:
        """:raises InvalidRequest: so many were kept that there is no room for another until the hour ends."""
        place, hour = network_of(address_of(provider.request.environ))[0], provider.now // HOUR
        with self._lock:
            if hour != self._hour:
                self._hour, self._kept = hour, Counter()
            if self._kept[place] >= PER_PLACE or self._kept.total() >= PER_PROCESS:
                raise InvalidRequest("the request is too long", detail=f"{self._kept[place]} long requests from {place} in this hour")
            self._kept[place] += 1


_long = PerApplication(LongRequests)


def carry(provider: IProvider, purpose: str, request: CarriedRequest, progress: object) -> str:
    """Return what stands for a request and a person's ``progress`` with it, which is anything that JSON has.

    The parameters of a long request are kept once, for ``oidc.interaction_expire`` seconds; its progress is always sealed.

    :raises InvalidRequest: it is too long, or too many long ones are kept.
    """
    text = _json([request.params, progress])
    if len(text) > SHORT:
        request.kept = request.kept or _keep(provider, purpose, request.params)
        text = _json([request.kept, progress])
    return provider.secret.seal(purpose, text.encode())


def carried(provider: IProvider, purpose: str, text: str) -> tuple[Parameters, Any, str]:
    """Return the parameters, the progress, and the handle of the parameters where they are kept, else "".

    :raises InvalidRequest: the request is unknown here.
    """
    try:
        params, progress = json.loads(provider.secret.unseal(purpose, text))
    except SecretError:
        raise InvalidRequest(UNKNOWN) from None
    if isinstance(params, str):
        return Parameters(_kept(provider, purpose, params)), progress, params
    return Parameters(params), progress, ""


def _keep(provider: IProvider, purpose: str, params: Parameters) -> str:
    text = _json(params)
    if len(text) > LONGEST:
        raise InvalidRequest("the request is too long")
    _long.of(provider).add(provider)
    expires_at = provider.now + provider.settings.interaction_expire
    handle = Handle.draw(draw_key(expires_at))
    keep(provider, Ticket(handle.key, purpose, expires_at, (handle.digest.hex(), text)))
    return str(handle)


def _kept(provider: IProvider, purpose: str, text: str) -> dict[str, str]:
    handle = Handle.read(text)
    ticket = provider.store.tickets.get(handle.key) if handle else None
    if not (handle and ticket and ticket.purpose == purpose and handle.matches(bytes.fromhex(str(ticket.data[0])))):
        raise InvalidRequest(UNKNOWN)
    params: dict[str, str] = json.loads(str(ticket.data[1]))
    return params


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))

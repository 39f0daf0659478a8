"""Clients that registered by themselves and were never used: bounded in number, and ended after some days.

Each of them has one of ``oidc.max_unused_clients`` slots. A slot is a ticket with a fixed name, in a day that never comes, so
registrations write to no common record and nothing has to be counted. The history does not tell of them, for it would have
no bound; it begins with the first change of one that is used.
"""

from __future__ import annotations

from dataclasses import replace
from secrets import SystemRandom

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.handle import DAY, named_key
from oidc_op.model.ticket import Ticket
from oidc_op.process.limits import log_limit_reached

PURPOSE = "unused client"
FAR = 47_481 * DAY + 1  # in the year 2100, just after midnight
SAMPLE = 8  # slots that a registration looks at


def find_client(provider: IProvider, client_id: str) -> Client | None:
    """The client, or None where nobody registered it, or it was not used for too long after it had registered itself."""
    client = provider.store.clients.get(client_id)
    return None if client is None or _has_ended(provider, client) else client


def add_dynamic(provider: IProvider, client: Client) -> Client:
    """Keep a new client that registers itself; where there are too many that nobody uses, one of the oldest of them goes.

    :raises oidc_op.store.AlreadyExists: its ``client_id`` is taken.
    """
    made = replace(client, dynamic=True, used_at=0)
    store, slots = provider.store, provider.settings.max_unused_clients
    seen = [(number, store.tickets.get(_key(number))) for number in SystemRandom().sample(range(slots), min(SAMPLE, slots))]
    number, ticket = next((each for each in seen if _is_free(provider, each[1])), None) or min(seen, key=_age)
    if ticket is not None and _holder(provider, ticket) is not None:
        _forget(provider, ticket)
    data = (made.client_id, provider.now)
    if ticket is None:
        store.tickets.add(Ticket(_key(number), PURPOSE, FAR, data))
    else:
        store.tickets.put(replace(ticket, data=data))
    store.without_history.clients.add(made)
    return made


def mark_used(provider: IProvider, client: Client) -> None:
    """Note that a client that registered itself got its first token: it stays, and its slot is free."""
    if client.dynamic and not client.used_at:
        kept = provider.store.clients.get(client.client_id)
        if kept is not None and not kept.used_at:
            provider.store.renew(replace(kept, used_at=provider.now))


def purge(provider: IProvider) -> int:
    """Remove those that were not used for ``oidc.unused_client_expire`` days; how many."""
    removed = 0
    for number in range(provider.settings.max_unused_clients):
        ticket = provider.store.tickets.get(_key(number))
        holder = _holder(provider, ticket) if ticket is not None else None
        if holder is not None and _has_ended(provider, holder):
            provider.store.without_history.clients.remove(holder.client_id)
            removed += 1
    return removed


def _has_ended(provider: IProvider, client: Client) -> bool:
    return client.is_unused and client.created_at + provider.settings.unused_client_expire * DAY <= provider.now


def _holder(provider: IProvider, ticket: Ticket) -> Client | None:
    """The client that needs this slot; None where it is used by now, or gone."""
    client = provider.store.clients.get(str(ticket.data[0]))
    return client if client is not None and client.is_unused else None


def _is_free(provider: IProvider, ticket: Ticket | None) -> bool:
    holder = _holder(provider, ticket) if ticket is not None else None
    return holder is None or _has_ended(provider, holder)


def _forget(provider: IProvider, ticket: Ticket) -> None:
    """Remove the client that has this slot; that is the bound's doing where it had not ended yet."""
    client_id = str(ticket.data[0])
    if not _is_free(provider, ticket):
        log_limit_reached("max_unused_clients", f"the client {client_id}, registered and never used, was removed", provider.request.tm)
    provider.store.without_history.clients.remove(client_id)


def _age(slot: tuple[int, Ticket | None]) -> int:
    return int(slot[1].data[1]) if slot[1] is not None else 0


def _key(number: int) -> str:
    return named_key(FAR, f"{PURPOSE} {number}", daily=True)

"""Export: the lines of all that a store holds, as it is at one moment, and no more of it in memory than the store keeps there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from oidc_op.interfaces import IProvider, IStore
from oidc_op.model.grant import Grant
from oidc_op.model.records import Record

from . import has_ended
from .file_format import Writer

AT_ONCE = 1000  # records, after which memory is let go and progress told


def export(provider: IProvider, kinds: tuple[str, ...], tell: Callable[[int], None]) -> tuple[Writer, Iterator[str]]:
    """Return a writer, which counts the records, and the lines to write; ``tell`` is called with the number of records so far."""
    writer = Writer(provider.secret, provider.settings.issuer, provider.now, kinds)
    return writer, _lines(provider, kinds, writer, tell)


def _lines(provider: IProvider, kinds: tuple[str, ...], writer: Writer, tell: Callable[[int], None]) -> Iterator[str]:
    store, now, done = provider.store.without_history, provider.now, 0
    yield writer.header
    for kind in kinds:
        for record in getattr(store, kind).records():
            if not has_ended(kind, record, now):
                yield writer.record(kind, as_listed(store, record))
                done += 1
                if done % AT_ONCE == 0:
                    store.relax()
                    tell(done)
    yield writer.footer()


def as_listed(store: IStore, record: Record) -> Any:
    """A grant whose refresh token is not listed any more is dead as far as that goes; so it needs no list where it comes."""
    if not isinstance(record, Grant) or record.refresh_token is None:
        return record
    listed = record.key in store.grants.of_account(record.sub, record.client_id)
    return record if listed else replace(record, refresh_token=None)

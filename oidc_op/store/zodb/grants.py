"""The collection of grants, which lists those that have a refresh token."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IGrantCollection
from oidc_op.model.grant import Grant

from .listing import Listing
from .records import GrantRecord
from .slices import Expiring


@implementer(IGrantCollection)
class GrantCollection(Expiring):
    """Grants, and ``listing``, which follows what is written here."""

    def __init__(self, slices: Any, listing: Listing) -> None:
        super().__init__(slices, GrantRecord)
        self._listing = listing

    def add(self, record: Grant) -> None:
        super().add(record)
        self._follow(None, record)

    def put(self, record: Grant) -> None:
        self._follow(self._replace(record), record)

    def remove(self, key: str) -> None:
        before = self.get(key)
        if before is not None:
            super().remove(key)
            self._follow(before, None)

    def of_account(self, sub: str, client_id: str | None = None) -> tuple[str, ...]:
        return self._listing.of(sub, client_id)

    def unlist(self, sub: str, client_id: str | None = None) -> None:
        self._listing.clear(sub, client_id)

    def _follow(self, before: Grant | None, after: Grant | None) -> None:
        had = before if before is not None and before.refresh_token is not None else None
        has = after if after is not None and after.refresh_token is not None else None
        if has and not had:
            self._listing.add(has.sub, has.client_id, has.key, has.created_at)
        elif had and not has:
            self._listing.drop(had.sub, had.client_id, had.key)

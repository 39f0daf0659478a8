"""The list of an account's grants with one client: those that have a refresh token, bounded in number."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import TransactionManager
from oidc_op.model.grant import Grant
from oidc_op.model.handle import read_key, slice_ends_at
from oidc_op.process.limits import UNLISTED, log_limit_reached


def has_ended(key: str, now: int) -> bool:
    """Whether nothing in the slice of this grant is alive at ``now`` (seconds since the epoch)."""
    return slice_ends_at(read_key(key)[0]) <= now


def entered(keys: tuple[str, ...], grant: Grant, bound: int, manager: TransactionManager) -> tuple[str, ...]:
    """``keys``, oldest first, with ``grant``'s: what ended before it was made is gone, then the oldest while there are too many.

    ``manager`` is that of the transaction.
    """
    live = tuple(each for each in keys if not has_ended(each, grant.created_at) and each != grant.key)
    if len(live) >= bound:
        log_limit_reached("max_grants_per_client", UNLISTED.format(grant.client_id), manager)
    return (*live, grant.key)[-bound:]


class ListedGrants:
    """A mixin for a collection of grants: ``_listing`` follows the grants that are written.

    That one has ``_replace``, which puts a record and returns what was there before.
    """

    _listing: Any

    def add(self: Any, record: Grant) -> None:
        super().add(record)  # type: ignore[misc]  # the other one's
        self._follow(None, record)

    def put(self: Any, record: Grant) -> None:
        self._follow(self._replace(record), record)

    def remove(self: Any, key: str) -> None:
        before = self.get(key)
        if before is not None:
            super().remove(key)  # type: ignore[misc]  # as above
            self._follow(before, None)

    def of_account(self, sub: str, client_id: str | None = None) -> tuple[str, ...]:
        return self._listing.of(sub, client_id)

    def unlist(self, sub: str, client_id: str | None = None) -> None:
        self._listing.clear(sub, client_id)

    def _follow(self, before: Grant | None, after: Grant | None) -> None:
        had = before if before is not None and before.refresh_token is not None else None
        has = after if after is not None and after.refresh_token is not None else None
        if has and not had:
            self._listing.enter(has)
        elif had and not has:
            self._listing.drop(had)

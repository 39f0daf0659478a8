"""The collection of grants, and the lists of those that have a refresh token, bounded in number."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zope.interface import implementer

from oidc_op.bounds import struck
from oidc_op.interfaces import IGrantCollection
from oidc_op.model.consent import consent_key
from oidc_op.model.grant import Grant

from .collections import Collection
from .expiring import Expiring
from .listed import Listed, has_ended
from .reading import storable
from .slices import Slices
from .work import Work

SWEPT = 2  # neighbours that a new list looks at; one would do to keep up


class Listing(Collection):
    """The lists of all accounts, none longer than ``bound``: one row for each account and client.

    A list that comes to its end stays, empty, so that a request that adds to it meanwhile conflicts. New lists sweep up ended
    ones that follow them, so that there are never many.
    """

    def __init__(self, begin: Callable[[], Work], bound: int) -> None:
        super().__init__(begin, "listed")
        self._bound = bound

    def of(self, sub: str, client_id: str | None) -> tuple[str, ...]:
        """Keys in the lists of the account: with the client, or with all."""
        return tuple(key for each in self._lists(sub, client_id) for key in each.grants)

    def enter(self, grant: Grant) -> None:
        """List a grant; what ended before it was made goes, and then the oldest while there are too many."""
        name, now, key = consent_key(grant.sub, grant.client_id), grant.created_at, grant.key
        found = self.get(name)
        if found is None:
            self._sweep(name, now)
            self.add(Listed(name, (key,)))
        else:
            live = tuple(each for each in found.grants if not has_ended(each, now) and each != key)
            if len(live) >= self._bound:
                struck(
                    "max_grants_per_client", f"the oldest grant of an account with client {grant.client_id} cannot be refreshed any more"
                )
            self.put(Listed(name, (*live, key)[-self._bound :]))

    def drop(self, grant: Grant) -> None:
        """List this grant no longer."""
        found = self.get(consent_key(grant.sub, grant.client_id))
        if found is not None and grant.key in found.grants:
            self.put(Listed(found.name, tuple(each for each in found.grants if each != grant.key)))

    def clear(self, sub: str, client_id: str | None) -> None:
        """Empty the lists of the account: with the client, or with all."""
        for each in list(self._lists(sub, client_id)):
            if each.grants:
                self.put(Listed(each.name))

    def _lists(self, sub: str, client_id: str | None) -> Iterator[Listed]:
        if client_id is not None:
            found = self.get(consent_key(sub, client_id))
            if found is not None:
                yield found
        elif storable(sub):
            first = consent_key(sub, "")
            for key in self._pages(self.said.between, first, before=first[:-1] + "\n"):  # "\n" follows the tab
                yield self.get(key)

    def _sweep(self, name: str, now: int) -> None:
        for key, version, value in self.work.read(self.said.page, {"after": name}).fetchmany(SWEPT):
            kept = self._meet(key, version, value)
            if kept.record is not None and all(has_ended(each, now) for each in kept.record.grants):
                self.remove(key)


@implementer(IGrantCollection)
class GrantCollection(Expiring):
    """Grants, and ``listing``, which follows what is written here."""

    def __init__(self, begin: Callable[[], Work], slices: Slices, listing: Listing) -> None:
        super().__init__(begin, "grants", slices)
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
            self._listing.enter(has)
        elif had and not has:
            self._listing.drop(had)

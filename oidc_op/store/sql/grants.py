"""The collection of grants, and the lists of those that have a refresh token, bounded in number."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zope.interface import implementer

from oidc_op.interfaces import IGrantCollection
from oidc_op.model.consent import consent_key
from oidc_op.model.grant import Grant
from oidc_op.store.grant_listing import ListedGrants, entered, has_ended

from .collections import Collection
from .expiring import Expiring
from .grant_listing import Listed
from .reading import storable
from .slices import Slices
from .unit_of_work import Work

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
        name = consent_key(grant.sub, grant.client_id)
        found = self.get(name)
        if found is None:
            self._sweep(name, grant.created_at)
            self.add(Listed(name, (grant.key,)))
        else:
            self.put(Listed(name, entered(found.grants, grant, self._bound, self.work.manager)))

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
class GrantCollection(ListedGrants, Expiring):
    """Grants, and ``listing``, which follows what is written here."""

    def __init__(self, begin: Callable[[], Work], slices: Slices, listing: Listing) -> None:
        super().__init__(begin, "grants", slices)
        self._listing = listing

"""The list of an account's grants with one client that have a refresh token, bounded in number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from zlib import crc32

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from oidc_op.model.consent import consent_key
from oidc_op.model.grant import Grant
from oidc_op.model.handle import KEY_LENGTH
from oidc_op.store.grant_listing import entered, has_ended

SHARDS = 64
SWEPT = 2  # neighbours that a new list looks at; one would do to keep up


class Listed(Persistent):
    """Keys of grants, oldest first, written as one text: they all have the same length."""

    __slots__ = ("keys",)

    def __init__(self, keys: tuple[str, ...] = ()) -> None:
        self.keys = keys

    def __getstate__(self) -> str:
        return "".join(self.keys)

    def __setstate__(self, state: str) -> None:
        self.keys = tuple(state[at : at + KEY_LENGTH] for at in range(0, len(state), KEY_LENGTH))


class Shard(OOBTree):
    """``consent_key(sub, client_id)`` → Listed; all lists of an account are in one shard."""

    max_leaf_size = 16  # of BTrees' 30, since a new list is appended together with its bucket
    max_internal_size = 60


def make_shards() -> tuple[Shard, ...]:
    """Make the shards that lists are kept in."""
    return tuple(Shard() for _ in range(SHARDS))


class Listing:
    """The lists of all accounts, none longer than ``bound``.

    A list that comes to its end stays, empty, so that a request that adds to it meanwhile conflicts. New lists sweep up ended
    ones beside them, so that there are never many.
    """

    def __init__(self, shards: tuple[Any, ...], bound: int) -> None:
        self._shards = shards
        self._bound = bound

    def of(self, sub: str, client_id: str | None) -> tuple[str, ...]:
        """Keys in the lists of the account: with the client, or with all."""
        return tuple(key for each in self._lists(sub, client_id) for key in each.keys)

    def enter(self, grant: Grant) -> None:
        """List a grant; what ended before it was made goes, and then the oldest while there are too many."""
        shard, name = self._shard(grant.sub), consent_key(grant.sub, grant.client_id)
        found = shard.get(name)
        if found is None:
            found = Listed()
            self._sweep(shard, name, grant.created_at)
            shard[name] = found
        found.keys = entered(found.keys, grant, self._bound, shard._p_jar.transaction_manager)  # noqa: SLF001

    def drop(self, grant: Grant) -> None:
        """List this grant no longer."""
        for each in self._lists(grant.sub, grant.client_id):
            if grant.key in each.keys:
                each.keys = tuple(other for other in each.keys if other != grant.key)

    def clear(self, sub: str, client_id: str | None) -> None:
        """Empty the lists of the account: with the client, or with all."""
        for each in self._lists(sub, client_id):
            if each.keys:
                each.keys = ()

    def _shard(self, sub: str) -> Any:
        return self._shards[crc32(sub.encode("utf-8", "surrogatepass")) % SHARDS]

    def _lists(self, sub: str, client_id: str | None) -> Iterator[Listed]:
        shard = self._shard(sub)
        if client_id is None:
            first = consent_key(sub, "")
            yield from shard.values(first, first[:-1] + "\n", excludemax=True)  # "\n" follows the tab
        elif (found := shard.get(consent_key(sub, client_id))) is not None:
            yield found

    def _sweep(self, shard: Any, name: str, now: int) -> None:
        beside = list(islice(shard.items(min=name), SWEPT))  # before any is deleted
        for key, each in beside:
            if all(has_ended(one, now) for one in each.keys):
                each.keys = ()  # written too, so that whoever adds to it at this moment conflicts
                del shard[key]

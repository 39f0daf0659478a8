"""Grants: single use of a code, and the lists of those that have a refresh token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from transaction.interfaces import TransientError

from oidc_op.interfaces import IStore
from oidc_op.model.grant import Grant
from oidc_op.model.handle import DAY, HOUR

from .samples import NOW, grant, redeemed
from .sessions import THREADS, OpenStore, race


class GrantContract:
    """``max_grants_per_client`` is what the store was opened with."""

    max_grants_per_client = 20

    @pytest.mark.parametrize("codes", [12])
    def test_a_code_is_redeemed_once(self, open_store: OpenStore, codes: int) -> None:
        grants = [grant(number, client_id=f"client-{number}") for number in range(codes)]
        with open_store() as store:
            for each in grants:
                store.grants.add(each)
        for each in grants:
            assert race(open_store, *[redemption(each.key)] * THREADS).count(True) == 1
        with open_store() as store:
            assert [store.grants.get(each.key) for each in grants] == [redeemed(each) for each in grants]

    def test_a_grant_is_listed_when_it_first_has_a_refresh_token(self, open_store: OpenStore) -> None:
        first, second, third = grant(1), grant(2), redeemed(grant(3))
        for each in (first, second, third):
            with open_store() as store:
                store.grants.add(each)
        with open_store() as store:
            assert list(store.grants.of_account("sub-1", "client-1")) == [third.key]
            store.grants.put(redeemed(second))
        with open_store() as store:
            store.grants.put(redeemed(first))
            store.grants.put(replace(redeemed(third), access_tokens=()))
        with open_store() as store:
            assert list(store.grants.of_account("sub-1", "client-1")) == [third.key, second.key, first.key]

    def test_lists_are_per_account_and_client(self, open_store: OpenStore) -> None:
        names = [("ann", "web"), ("ann", "web2"), ("ann", "app"), ("anna", "web"), ("an", "web"), ("ann\n", "web")]
        keys = {}
        with open_store() as store:
            for sub, client_id in names:
                each = redeemed(grant(sub=sub, client_id=client_id))
                keys[sub, client_id] = each.key
                store.grants.add(each)
        with open_store() as store:
            for name, key in keys.items():
                assert list(store.grants.of_account(*name)) == [key]
            assert sorted(store.grants.of_account("ann")) == sorted(keys["ann", client_id] for client_id in ("web", "web2", "app"))
            assert list(store.grants.of_account("ann", "other")) == []
            assert list(store.grants.of_account("nobody")) == []

    def test_unlisting_empties_the_list(self, open_store: OpenStore) -> None:
        web, app, other = (redeemed(grant(sub=sub, client_id=of)) for sub, of in (("ann", "web"), ("ann", "app"), ("bob", "web")))
        with open_store() as store:
            for each in (web, app, other):
                store.grants.add(each)
        with open_store() as store:
            store.grants.unlist("ann", "web")
            store.grants.unlist("nobody", "web")
            assert list(store.grants.of_account("ann")) == [app.key]
        with open_store() as store:
            store.grants.put(replace(web, access_tokens=()))  # had a refresh token before, so is not listed anew
            store.grants.unlist("ann")
        with open_store() as store:
            assert list(store.grants.of_account("ann")) == []
            assert list(store.grants.of_account("bob")) == [other.key]
            fresh = redeemed(grant(sub="ann", client_id="web"))
            store.grants.add(fresh)
        with open_store() as store:
            assert list(store.grants.of_account("ann")) == [fresh.key]

    def test_a_grant_without_its_refresh_token_is_listed_no_more(self, open_store: OpenStore) -> None:
        revoked, removed, kept = (redeemed(grant(number)) for number in range(3))
        with open_store() as store:
            for each in (revoked, removed, kept):
                store.grants.add(each)
        with open_store() as store:
            store.grants.put(revoked.revoked(NOW))
            store.grants.remove(removed.key)
        with open_store() as store:
            assert list(store.grants.of_account("sub-1", "client-1")) == [kept.key]

    def test_the_oldest_go_where_there_are_too_many(self, open_store: OpenStore) -> None:
        grants = [redeemed(grant(number)) for number in range(self.max_grants_per_client + 2)]
        for each in grants:
            with open_store() as store:
                store.grants.add(each)
        with open_store() as store:
            assert list(store.grants.of_account("sub-1", "client-1")) == [each.key for each in grants[2:]]
            assert store.grants.get(grants[0].key) == grants[0]

    def test_what_ended_goes_from_a_list_that_is_written(self, open_store: OpenStore) -> None:
        ended, alive = redeemed(grant(expires_at=NOW - DAY)), redeemed(grant(expires_at=NOW + HOUR))
        with open_store() as store:
            store.grants.add(ended)
            store.grants.add(alive)
        with open_store() as store:
            assert list(store.grants.of_account("sub-1", "client-1")) == [alive.key]

    def test_a_grant_that_is_listed_while_the_list_is_emptied_conflicts(self, open_store: OpenStore) -> None:
        before, during = redeemed(grant(1)), redeemed(grant(2))
        with open_store() as store:
            store.grants.add(before)
        with pytest.raises(TransientError), open_store() as late:
            assert list(late.grants.of_account("sub-1", "client-1")) == [before.key]
            with open_store() as early:
                early.grants.unlist("sub-1", "client-1")
            late.grants.add(during)
        with open_store() as store:
            assert list(store.grants.of_account("sub-1")) == []

    def test_of_many_that_are_listed_at_once_none_is_lost(self, open_store: OpenStore) -> None:
        grants = [redeemed(grant(number)) for number in range(min(THREADS, self.max_grants_per_client))]

        def add(each: Grant) -> Callable[[Any], None]:
            return lambda store: store.grants.add(each)

        race(open_store, *map(add, grants))
        with open_store() as store:
            assert sorted(store.grants.of_account("sub-1", "client-1")) == sorted(each.key for each in grants)


def redemption(key: str) -> Callable[[Any], bool]:
    """Redeem the code of a grant: get, check, put. Whether it was good."""

    def redeem(store: IStore) -> bool:
        found = store.grants.get(key)
        if found is None or found.code is None or found.code.used_at:
            return False
        store.grants.put(redeemed(found))
        return True

    return redeem

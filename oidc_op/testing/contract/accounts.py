"""Accounts, which have a user name each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from transaction.interfaces import TransientError

from oidc_op.interfaces import IStore
from oidc_op.model.account import Account
from oidc_op.store import AlreadyExists

from .sessions import THREADS, OpenStore, race

ANN = Account("1", "Ann")
BOB = Account("2", "bob")


class AccountContract:
    """A user name is one account's."""

    def test_an_account_is_found_by_its_user_name_in_any_case(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(ANN)
        with open_store() as store:
            assert [store.accounts.named(name) for name in ("Ann", "ann", " ANN ", "anna", "")] == [ANN, ANN, ANN, None, None]

    def test_a_user_name_is_taken_once(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(ANN)
            store.accounts.add(BOB)
        with open_store() as store:
            with pytest.raises(AlreadyExists):
                store.accounts.add(Account("3", "ANN"))
            with pytest.raises(AlreadyExists):
                store.accounts.put(replace(BOB, username="aNN"))
        with open_store() as store:
            assert store.accounts.get("3") is None
            assert store.accounts.get("2") == BOB == store.accounts.named("bob")
            assert store.accounts.named("ann") == ANN

    def test_an_account_that_was_not_added_takes_no_user_name(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(ANN)
            with pytest.raises(AlreadyExists):
                store.accounts.add(replace(ANN, username="bob"))
            with pytest.raises(KeyError):
                store.accounts.put(BOB)
        with open_store() as store:
            assert store.accounts.named("bob") is None
            store.accounts.add(BOB)

    def test_a_new_user_name_sets_the_old_one_free(self, open_store: OpenStore) -> None:
        renamed = replace(ANN, username="Carol")
        with open_store() as store:
            store.accounts.add(ANN)
        with open_store() as store:
            store.accounts.put(renamed)
            store.accounts.add(replace(BOB, username="ann"))
        with open_store() as store:
            assert store.accounts.named("carol") == renamed
            assert store.accounts.named("ann").sub == BOB.sub

    def test_a_user_name_may_change_its_case(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(ANN)
        with open_store() as store:
            store.accounts.put(replace(ANN, username="ANN"))
        with open_store() as store:
            assert store.accounts.named("ann").username == "ANN"

    def test_a_removed_account_sets_its_user_name_free(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(ANN)
        with open_store() as store:
            store.accounts.remove(ANN.sub)
            assert store.accounts.named("ann") is None
        with open_store() as store:
            store.accounts.add(replace(BOB, username="Ann"))
        with open_store() as store:
            assert store.accounts.named("ann").sub == BOB.sub

    def test_accounts_without_a_user_name_are_not_in_each_others_way(self, open_store: OpenStore) -> None:
        with open_store() as store:
            store.accounts.add(Account("1"))
            store.accounts.add(Account("2", " "))
        with open_store() as store:
            assert list(store.accounts) == ["1", "2"]
            store.accounts.remove("1")
            assert store.accounts.named("") is None

    def test_of_two_that_take_a_user_name_one_is_told(self, open_store: OpenStore) -> None:
        with pytest.raises((TransientError, AlreadyExists)), open_store() as late:
            assert late.accounts.named("ann") is None
            with open_store() as early:
                early.accounts.add(ANN)
            late.accounts.add(Account("3", "ann"))
        with open_store() as store:
            assert list(store.accounts) == [ANN.sub]

    def test_of_many_that_take_a_user_name_at_once_one_succeeds(self, open_store: OpenStore) -> None:
        def add(number: int) -> Any:
            def work(store: IStore) -> bool:
                try:
                    store.accounts.add(Account(str(number), "ann"))
                except AlreadyExists:
                    return False
                return True

            return work

        assert sorted(race(open_store, *map(add, range(THREADS)))) == [False] * (THREADS - 1) + [True]

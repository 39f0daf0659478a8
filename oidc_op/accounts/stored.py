"""The accounts that the provider's own store keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IAccounts, IPasswordHasher, IProvider, JSONObject
from oidc_op.model.account import Account


@implementer(IAccounts)
class StoredAccounts:
    """The embedded default of ``IAccounts``."""

    def __init__(self, provider: IProvider) -> None:
        self._provider = provider
        self._hasher = provider.request.registry.getUtility(IPasswordHasher)

    def get(self, sub: str) -> Account | None:
        """The account, or None."""
        return self._provider.store.accounts.get(sub)

    def authenticate(self, login: str, password: str) -> Account | None:
        """The account, in the same time whether it exists or not; its hash is renewed when the cost has changed."""
        accounts = self._provider.store.accounts
        account = accounts.named(login)
        if not self._hasher.verify(account.password if account else "", password) or account is None:
            return None
        if self._hasher.is_outdated(account.password):
            account = replace(account, password=self._hasher.hash(password))
            self._provider.store.renew(account)
        return account

    def claims(self, account: Account, scopes: Any) -> JSONObject:
        """Its standard claims; ``preferred_username`` and ``updated_at`` follow from the account itself."""
        own: JSONObject = {"preferred_username": account.username, "updated_at": account.updated_at or None}
        return own | account.claim_values

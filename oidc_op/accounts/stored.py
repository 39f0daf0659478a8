"""The accounts that the provider's own store keeps."""

from __future__ import annotations

from dataclasses import replace

from zope.interface import implementer

from oidc_op.interfaces import IAccounts, IPasswordHasher, IProvider, JSONObject
from oidc_op.model.account import Account

from .password import normalized_password


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
        """Return the account whose password this is, or None; in the same time whether it exists or not.

        Its hash is renewed when the cost has changed, or when it was made of the password as one keyboard composed it.
        """
        account = self._provider.store.accounts.named(login)
        hashed, text = account.password if account else "", normalized_password(password)
        is_composed = self._hasher.verify(hashed, text)
        if not is_composed and (text == password or not self._hasher.verify(hashed, password)):
            return None
        if account is None:
            return None
        if not is_composed or self._hasher.is_outdated(account.password):
            account = replace(account, password=self._hasher.hash(text))
            self._provider.store.renew(account)
        return account

    def claims(self, account: Account, scopes: object) -> JSONObject:
        """Its standard claims; ``preferred_username`` and ``updated_at`` follow from the account itself."""
        own: JSONObject = {"preferred_username": account.username, "updated_at": account.updated_at or None}
        return own | account.claim_values

"""Accounts of a host: the accounts of the store are of no use there."""

from __future__ import annotations

from oidc_op.interfaces import IAccountsFactory, IProvider

FOREIGN = "the people here are not in this store: the application has accounts of its own (oidc.accounts, set_oidc_accounts)"


def foreign(provider: IProvider) -> str:
    """Return why accounts of the store are of no use, or ""."""
    return "" if provider.request.registry.queryUtility(IAccountsFactory) is None else FOREIGN

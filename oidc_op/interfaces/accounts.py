"""Contracts about the people who can sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .json import Claims
    from .provider import IProvider


class IAccount(Interface):
    """A person, as an ``IAccounts`` returns one; only ``sub`` is required.

    Optional attributes: ``valid_after`` and ``created_at`` (seconds since the epoch: grants, sessions and consents made
    before are dead), ``roles`` (``admin`` and ``auditor`` open the console), and ``display_name``, ``username`` and
    ``email``, which pages show. Read them with ``oidc_op.model.account.optional``.
    """

    sub: str = Attribute("the subject identifier, never reassigned (OIDC Core §2)")


class IAccounts(Interface):
    """The people who can sign in; their accounts are whatever objects the host has, as ``IAccount`` describes."""

    def get(sub: str) -> Any:
        """Return the account, or None where there is none (any more)."""

    def authenticate(login: str, password: str) -> Any:
        """Return the account whose user name and password these are, or None."""

    def claims(account: Any, scopes: Iterable[str]) -> Claims:
        """Return the account's standard claims (OIDC Core §5.1); those that were not requested are left out later."""


class IAccountsFactory(Interface):
    """Chooses the accounts."""

    def __call__(provider: IProvider) -> IAccounts:
        """Return the accounts as this request sees them."""


class IPasswordHasher(Interface):
    """Hashes passwords for the embedded accounts."""

    def hash(password: str) -> str:
        """Return a hash that says how it was made.

        :raises ValueError: the password is empty, too short or too long.
        """

    def verify(hashed: str, password: str) -> bool:
        """Whether the password matches the hash; takes as long where ``hashed`` is ""."""

    def is_outdated(hashed: str) -> bool:
        """Whether the hash should be renewed, since the cost has changed."""

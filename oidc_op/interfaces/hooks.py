"""Contracts of hooks of which there is one: what ``set_oidc_…`` directives take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Interface

if TYPE_CHECKING:
    from oidc_op.model.client import Client
    from oidc_op.model.grant import Grant
    from oidc_op.protocol.codes import Found

    from .accounts import IAccount
    from .json import Claims
    from .provider import IProvider


class ISubject(Interface):
    """How an account becomes a ``sub`` (OIDC Core §8)."""

    def __call__(account: IAccount, client: Client) -> str:
        """Return at most 255 ASCII characters, never reassigned."""


class IUserinfo(Interface):
    """Fills in the standard claims of an account."""

    def __call__(claims: Claims, account: IAccount) -> Claims:
        """Return ``claims``, which holds every standard claim, empty, with those that the account has filled in."""


class ICodes(Interface):
    """Makes authorization codes, and finds the grants behind them (RFC 6749 §4.1.2)."""

    def keep(provider: IProvider, grant: Grant, expires_at: int) -> tuple[Grant, str]:
        """Return the new grant with its code, and the code as the client gets it.

        The code is good until ``expires_at`` (seconds since the epoch). ``grant`` is not stored yet.
        """

    def find(provider: IProvider, text: str) -> Found | None:
        """Return what is behind the code ``text``, used or not; None where it is no code of ours."""


class IClock(Interface):
    """Tells the time."""

    def __call__() -> float:
        """Return seconds since the epoch."""

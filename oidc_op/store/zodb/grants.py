"""The collection of grants, which lists those that have a refresh token."""

from __future__ import annotations

from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import IGrantCollection
from oidc_op.store.grant_listing import ListedGrants

from .listing import Listing
from .records import GrantRecord
from .slices import Expiring


@implementer(IGrantCollection)
class GrantCollection(ListedGrants, Expiring):
    """Grants, and ``listing``, which follows what is written here."""

    def __init__(self, slices: Any, listing: Listing) -> None:
        super().__init__(slices, GrantRecord)
        self._listing = listing

"""Ending a grant, with all that hangs from it."""

from __future__ import annotations

from typing import Any

from oidc_op.events import GrantRevoked
from oidc_op.model.grant import Grant


def revoke(provider: Any, grant: Grant, reason: str) -> None:
    """Write that ``grant`` is dead, once; ``reason`` is for the log."""
    if not grant.revoked_at:
        provider.store.grants.put(grant.revoked(provider.now))
        provider.request.registry.notify(GrantRevoked(provider, grant, reason))

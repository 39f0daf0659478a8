"""Account choice: which of their accounts does the person want to use (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.errors import AccountSelectionRequired

from .check import Check


def choosing_was_asked_for(authorization: Authorization) -> bool:
    """Unless the person has chosen, or has just signed in for this request, which is a choice."""
    if "select_account" not in authorization.prompt or authorization.signed_in_for_this:
        return False
    return authorization.progress.selected != authorization.mark


SELECT_ACCOUNT = Check("select_account", page="select-account", refusal=AccountSelectionRequired, reasons=(choosing_was_asked_for,))

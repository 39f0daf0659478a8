"""``prompt``: what the client wants the person to be asked (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from oidc_op.protocol.errors import InvalidRequest

from .request import Authorization

VALUES = frozenset({"none", "login", "consent", "select_account"})


def read_prompt(authorization: Authorization) -> None:
    """Read the values; ``none`` stands alone."""
    prompt = frozenset(authorization.params.get("prompt", "").split())
    if not prompt <= VALUES:
        raise InvalidRequest("prompt has an unknown value", detail=f"{sorted(prompt - VALUES)}")
    if "none" in prompt and len(prompt) > 1:
        raise InvalidRequest("prompt none excludes any other")
    authorization.prompt = prompt

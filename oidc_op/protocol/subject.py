"""How an account becomes a ``sub`` (OIDC Core §8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oidc_op.interfaces import IProvider, ISubject
from oidc_op.model.client import Client

from .hooks import positional


def public_subject(account: Any, client: Client) -> str:
    """The same for every client (OIDC Core §8, ``public``)."""
    return str(account.sub)


def subject_of(provider: IProvider, account: Any, client: Client) -> str:
    """The ``sub`` that ``client`` knows ``account`` by."""
    hook: Callable[..., str] = provider.request.registry.queryUtility(ISubject) or public_subject
    return hook(account, client) if positional(hook) > 1 else hook(account)

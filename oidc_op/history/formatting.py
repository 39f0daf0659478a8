"""How a change is put into words, wherever it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from oidc_op.interfaces import IProvider
from oidc_op.model.change import Change

from .snapshot import difference

MOMENTS = ("created_at", "valid_after", "active_at", "retired_at", "expires_at")


def verb_of(change: Change) -> str:
    """Return what was done to the record, as a word."""
    return "changed" if change.before and change.after else "added" if change.after else "removed"


def author_of(provider: IProvider, by: str) -> str:
    """Return the author's name. ``by`` is the ``sub`` of an account, or words."""
    account = provider.accounts.get(by) if by else None
    return str(getattr(account, "username", "") or by or "nobody known")


def moment_of(seconds: int) -> str:
    """A moment (seconds since the epoch), to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def members_of(change: Change) -> Iterator[tuple[str, str]]:
    """The members that a change is about, each with what became of it."""
    for name, (before, after) in difference(change).items():
        was, is_now = _value(name, before), _value(name, after)
        yield name, f"{was} -> {is_now}" if change.before and change.after else is_now if change.after else was


def _value(name: str, value: Any) -> str:
    if value in ("", None, []):
        return "nothing"
    if name in MOMENTS and isinstance(value, int) and value:
        return moment_of(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

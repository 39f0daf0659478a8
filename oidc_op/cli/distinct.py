"""That an apply file describes each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oidc_op.model.account import normalized

from .described import Change


class Seen:
    """The entries so far."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._names: dict[str, bool] = {}  # of clients, and whether an entry has nothing else to be known by

    def add(self, change: Change, entry: Mapping[str, Any]) -> None:
        """:raises ValueError: another entry was about the same, or it cannot be told which of them this is about."""
        keys = set(_keys(change))
        if self._keys & keys:
            raise ValueError(f"the {change.what} {change.name} is described twice")
        self._keys |= keys
        if change.what == "client":
            self._add_name(change.after.client_name, by_name="client_id" not in entry)

    def _add_name(self, name: str, *, by_name: bool) -> None:
        if name in self._names and (by_name or self._names[name]):
            raise ValueError(f"several clients are called {name}; give each of them a client_id")
        self._names[name] = by_name


def _keys(change: Change) -> Iterable[tuple[str, str]]:
    if change.what == "client":
        return [("client_id", change.after.client_id)]
    return [("username", normalized(change.after.username)), ("sub", change.after.sub)]

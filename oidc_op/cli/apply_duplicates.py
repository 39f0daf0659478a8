"""A check that an apply file describes each client and each account once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oidc_op.model.account import normalized

from .apply_entries import Change

WHAT = {"clients": "client", "accounts": "account"}


class Seen:
    """The entries so far."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._names: dict[str, bool] = {}  # of clients, and whether an entry has nothing else to be known by

    def add(self, section: str, entry: Mapping[str, object], change: Change | None) -> list[str]:
        """Why this is one too many: another entry was about the same, or it cannot be told which of them this is about.

        ``change`` is what the entry comes to; where it has faults, it is known by what it says.
        """
        keys = set(_keys(section, entry, change))
        if self._keys & keys:
            name = change.name if change else entry.get("client_id") or entry.get("username")
            return [f"the {WHAT[section]} {name} is described twice"]
        self._keys |= keys
        name = entry.get("client_name") if change is None else getattr(change.after, "client_name", None)
        return self._add_name(name, by_name="client_id" not in entry) if section == "clients" and isinstance(name, str) else []

    def _add_name(self, name: str, *, by_name: bool) -> list[str]:
        faults = []
        if name in self._names and (by_name or self._names[name]):
            faults = [f"several clients are called {name}; give each of them a client_id"]
        self._names[name] = by_name
        return faults


def _keys(section: str, entry: Mapping[str, object], change: Change | None) -> Iterable[tuple[str, str]]:
    known = {name: value for name, value in entry.items() if isinstance(value, str) and value}
    if change is not None:
        known |= {name: getattr(change.after, name) for name in ("client_id", "username", "sub") if hasattr(change.after, name)}
    if section == "clients":
        return [("client_id", known["client_id"])] if "client_id" in known else []
    named = [("username", normalized(known["username"]))] if "username" in known else []
    return [*named, ("sub", known["sub"])] if "sub" in known else named

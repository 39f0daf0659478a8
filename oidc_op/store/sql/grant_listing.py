"""The list of an account's grants with one client that have a refresh token, as a record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """``name`` is ``consent_key(sub, client_id)``; ``grants`` are keys, oldest first."""

    name: str
    grants: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.name

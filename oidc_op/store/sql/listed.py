"""The list of an account's grants with one client that have a refresh token, as a record."""

from __future__ import annotations

from dataclasses import dataclass

from oidc_op.model.handle import read_key, slice_ends_at


@dataclass(frozen=True, slots=True)
class Listed:
    """``name`` is ``consent_key(sub, client_id)``; ``grants`` are keys, oldest first."""

    name: str
    grants: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.name


def has_ended(key: str, now: int) -> bool:
    """Whether nothing in the slice of this grant is alive."""
    return slice_ends_at(read_key(key)[0]) <= now

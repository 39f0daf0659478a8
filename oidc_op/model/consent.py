"""Consent: the scopes that a person allowed a client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


def consent_key(sub: str, client_id: str) -> str:
    """The one consent that an account has with a client; neither name can hold a tab."""
    return f"{sub}\t{client_id}"


def consent_keys(sub: str) -> tuple[str, str]:
    """Return the bounds between which all keys of an account's consents lie, both exclusive."""
    return f"{sub}\t", f"{sub}\n"  # the character after the tab


@dataclass(frozen=True, slots=True)
class Consent:
    """One account's standing answer to one client.

    ``given_at`` and ``expires_at`` are seconds since the epoch; grants made before ``valid_after`` are dead.
    """

    sub: str
    client_id: str
    scopes: tuple[str, ...] = ()
    given_at: int = 0
    expires_at: int = 0
    valid_after: int = 0

    @property
    def key(self) -> str:
        return consent_key(self.sub, self.client_id)

    def covers(self, scopes: Iterable[str], now: int) -> bool:
        """Whether nothing new is asked and the answer still stands."""
        return now < self.expires_at and set(scopes) <= set(self.scopes)

    def stands(self, now: int) -> bool:
        """Whether it has neither expired nor been taken back."""
        return self.valid_after <= self.given_at and now < self.expires_at

    def taken_back(self, now: int, until: int) -> Consent:
        """This answer, taken back at ``now`` with all that was granted; kept ``until`` nothing of that can be alive."""
        ended = max(now, self.valid_after) + 1  # this very second included
        return replace(self, scopes=(), given_at=min(self.given_at, now), expires_at=until, valid_after=ended)

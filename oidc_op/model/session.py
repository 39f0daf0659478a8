"""A session: one browser in which a person signed in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in with one browser.

    ``key`` is the ``sid`` that clients are told (OIDC Back-Channel Logout §2.1); ``digest`` is what is kept of the secret
    in the browser's cookie. ``auth_time``, ``created_at`` and ``expires_at`` are seconds since the epoch. ``sign_ins`` counts
    how often the person proved who they are in it. An ``implicit`` one was begun because a host application had the person
    signed in, and stands only while it does.
    """

    key: str
    sub: str
    digest: bytes
    auth_time: int
    created_at: int
    expires_at: int
    acr: str = ""
    amr: tuple[str, ...] = ()
    sign_ins: int = 1
    implicit: bool = False

    @property
    def mark(self) -> str:
        """Changes with every sign-in, also within one second."""
        return f"{self.key}.{self.sign_ins}"

    def is_live(self, now: int) -> bool:
        return now < self.expires_at

"""A grant: one authorization and all that hangs from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .handle import Handle


@dataclass(frozen=True, slots=True)
class Code:
    """The authorization code of a grant; ``used_at`` is 0 until it was redeemed."""

    digest: bytes
    expires_at: int
    used_at: int = 0


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An opaque access token as it is stored. ``scopes`` is None for the grant's own scopes; ``issued_at`` is 0 where it is unknown."""

    digest: bytes
    expires_at: int
    scopes: tuple[str, ...] | None = None
    issued_at: int = 0


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The refresh token of a grant, the one before it, and the answer that replaced that one.

    ``answer`` can be opened with the token before only; it is there for a client that lost the response, and goes with
    the first use of its successor.
    """

    digest: bytes
    previous: bytes = b""
    rotated_at: int = 0
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorization: who, which client, what for, and until when.

    ``expires_at`` is the end of everything that hangs from it and never moves. Where ``offline`` is false, it lives only
    while the session ``sid`` does (``sid`` is "" where no person took part). Moments are seconds since the epoch.
    """

    key: str
    client_id: str
    sub: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int
    sid: str = ""
    offline: bool = False
    auth_time: int = 0
    acr: str = ""
    amr: tuple[str, ...] = ()
    nonce: str = ""
    redirect_uri: str = ""
    code_challenge: tuple[str, str] | None = None
    code: Code | None = None
    access_tokens: tuple[AccessToken, ...] = ()
    refresh_token: RefreshToken | None = None
    revoked_at: int = 0

    def is_live(self, now: int) -> bool:
        """Whether it has neither ended nor been revoked; its session, account and client are asked elsewhere."""
        return not self.revoked_at and now < self.expires_at

    def access_token(self, handle: Handle, now: int) -> AccessToken | None:
        """The live access token that ``handle`` is."""
        for token in self.access_tokens:
            if handle.matches(token.digest):
                return token if now < token.expires_at else None
        return None

    def live_access_tokens(self, now: int) -> tuple[AccessToken, ...]:
        """Return the access tokens that have not expired, oldest first."""
        return tuple(each for each in self.access_tokens if now < each.expires_at)

    def with_access_token(self, token: AccessToken, now: int, most: int) -> Grant:
        """This grant with one token more, without those that have ended; of more than ``most``, the oldest go."""
        return replace(self, access_tokens=(*self.live_access_tokens(now), token)[-most:])

    def without_access_token(self, token: AccessToken) -> Grant:
        """This grant without ``token``; the others live on."""
        return replace(self, access_tokens=tuple(each for each in self.access_tokens if each.digest != token.digest))

    def revoked(self, now: int) -> Grant:
        """This grant, dead with all that hangs from it."""
        return replace(self, revoked_at=now, access_tokens=(), refresh_token=None)

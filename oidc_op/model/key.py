"""A signing key: from when it signs, until when it is published."""

from __future__ import annotations

import json
from dataclasses import dataclass

from oidc_op.interfaces import JSONObject


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair of the provider.

    ``public`` is the JSON text of its public JWK (RFC 7517); ``sealed`` is the private one, sealed with the master
    secret. It signs from ``active_at`` until ``retired_at`` (0: no end yet) and is published until ``expires_at``
    (0: no end yet). All are seconds since the epoch.
    """

    kid: str
    alg: str
    public: str
    sealed: str
    created_at: int = 0
    active_at: int = 0
    retired_at: int = 0
    expires_at: int = 0

    @property
    def key(self) -> str:
        return self.kid

    @property
    def public_jwk(self) -> JSONObject:
        return json.loads(self.public)

    def is_published(self, now: int) -> bool:
        return not self.expires_at or now < self.expires_at

    def signs(self, now: int) -> bool:
        return self.active_at <= now and (not self.retired_at or now < self.retired_at)

    def is_waiting(self, now: int) -> bool:
        """Whether it is to sign later, and its end is not fixed yet."""
        return now < self.active_at and not self.retired_at

    def state(self, now: int) -> str:
        """``published`` (not signing yet), ``signing``, ``retired`` (still published) or ``gone``."""
        if not self.is_published(now):
            return "gone"
        if self.retired_at and self.retired_at <= now:
            return "retired"
        return "signing" if self.active_at <= now else "published"

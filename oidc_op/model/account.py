"""An account: a person known here."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass

from oidc_op.interfaces import JSONObject


def normalized(username: str) -> str:
    """How a user name is compared: without regard to case or to how its characters were composed."""
    return unicodedata.normalize("NFKC", username.strip()).casefold()


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the embedded account store.

    ``sub`` is never reassigned. ``password`` is an Argon2 hash in PHC form, or "" where none was set. ``claims`` is the
    text of a JSON object with standard claim names (OIDC Core §5.1). Moments are seconds since the epoch; grants and
    sessions made before ``valid_after`` are dead.
    """

    sub: str
    username: str = ""
    password: str = ""
    roles: tuple[str, ...] = ()
    claims: str = "{}"
    created_at: int = 0
    updated_at: int = 0
    valid_after: int = 0

    @property
    def key(self) -> str:
        return self.sub

    @property
    def claim_values(self) -> JSONObject:
        """The claims, as a new dictionary."""
        return json.loads(self.claims)

    @property
    def display_name(self) -> str:
        """The name that pages show."""
        return str(self.claim_values.get("name") or self.username or self.sub)

    @property
    def email(self) -> str:
        return str(self.claim_values.get("email") or "")

"""The signing keys in the memory of a process."""

from __future__ import annotations

from dataclasses import dataclass, field

from oidc_op.interfaces import JSONObject
from oidc_op.model.key import Key


@dataclass
class KeyCache:
    """The keys in the memory of a process: importing a private RSA key costs as much as a hundred signatures."""

    records: tuple[Key, ...] = ()
    read_at: float = float("-inf")
    imported: JSONObject = field(default_factory=dict)
    jwks: tuple[tuple[Key, ...], bytes] = ((), b"")  # the keys, and the JWK Set that was made of them: replaced as one

    def forget(self) -> None:
        self.read_at = float("-inf")

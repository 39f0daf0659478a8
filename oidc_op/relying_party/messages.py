"""The messages of a sign-in as a page shows them: what was asked, what came back, and no secret in full."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from oidc_op.interfaces import JSONMapping, JSONObject

SHOWN = 12  # characters of a secret
SECRETS = frozenset({"access_token", "refresh_token", "id_token", "code", "code_verifier"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and its answer."""

    title: str
    request: str
    response: str
    explanation: str


def shortened(members: JSONMapping) -> JSONObject:
    """``members``, of whose secrets no more is left than tells one from the other."""
    return {name: cut(str(value)) if name in SECRETS else value for name, value in members.items()}


def cut(secret: str) -> str:
    """The beginning of a secret."""
    return f"{secret[:SHOWN]}…"


def text(value: Any) -> str:
    """``value`` as JSON that people read."""
    return json.dumps(value, indent=2, ensure_ascii=False)

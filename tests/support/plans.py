"""The certification plans of a provider with static clients, and to which of them a row of the list belongs."""

from typing import NamedTuple

import pytest
from mounts import SEALED

BASIC = ("code",)
IMPLICIT = ("id_token", "id_token token")
HYBRID = ("code id_token", "code token", "code id_token token")
SEALABLE = ("code", "code id_token")  # where nothing else has to be stored
OFFERED = (*BASIC, *IMPLICIT, *HYBRID)
SERVED = {None: ("root", "served", "postgresql"), "form_post": ("proxied",)}
NAMES = {"basic": BASIC, "implicit": IMPLICIT, "hybrid": HYBRID}


class Plan(NamedTuple):
    """What a plan fixes; a row is run once for each of its response types."""

    response_type: str = "code"
    response_mode: str | None = None

    def __str__(self):
        name = next(name for name, types in NAMES.items() if self.response_type in types)
        leg = f"-{self.response_type.replace(' ', '-')}" if len(NAMES[name]) > 1 else ""
        return f"{'formpost-' if self.response_mode == 'form_post' else ''}{name}{leg}"

    def gives(self, what):
        """Whether the authorization endpoint gives a ``code``, an ``id_token`` or a ``token``."""
        return what in self.response_type.split()

    @property
    def client(self):
        """What the plan's client registers (RFC 7591 §2)."""
        grants = ["authorization_code", "refresh_token"] if self.gives("code") else []
        implicit = ["implicit"] if self.gives("token") or self.gives("id_token") else []
        without = {"pkce_or_nonce_required": False}  # the suite has a module that does without either
        return {"response_types": [self.response_type], "grant_types": grants + implicit} | without


def plans(*response_types):
    """The row belongs to the plans of these response types, each in its default response mode and in form_post."""
    legs = [
        pytest.param(mount, Plan(each, mode), id=f"{mount}-{Plan(each, mode)}")
        for mode, mounts in SERVED.items()
        for mount in (*mounts, SEALED)
        for each in response_types
        if each in OFFERED and (mount != SEALED or each in SEALABLE)
    ]
    return pytest.mark.parametrize(("mount", "plan"), legs, indirect=True)

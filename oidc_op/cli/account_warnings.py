"""Warnings about accounts that can be stored, but were probably meant otherwise."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

from oidc_op.config.suggestion import did_you_mean
from oidc_op.protocol.claim_types import STANDARD, TYPES

ROLES = ("admin", "auditor")
NEAR = 0.8  # other claims may have names of their own; only what is nearly the same is a slip
NUMBERS = ("updated_at", "email_verified", "phone_number_verified")
NOT_A_STRING = "must be a string; quote it"
ROLES_THERE_ARE = f"; there are {' and '.join(ROLES)}"


def doubts(roles: Iterable[str], claims: Mapping[str, object]) -> list[str]:
    """A warning for each role that nothing here asks for, and for each claim that is nearly a standard one."""
    found = [f"nothing here asks for the role {each}{did_you_mean(each, ROLES) or ROLES_THERE_ARE}" for each in roles if each not in ROLES]
    for name in claims:
        near = [] if name in STANDARD else difflib.get_close_matches(name, sorted(STANDARD), 1, NEAR)
        found += [f"{name} is no standard claim; did you mean {each}?" for each in near]
    return found


def as_written(name: str, value: object) -> object:
    """``value`` of a claim, where a file says what was meant.

    :raises ValueError: it is a number that was a string once, such as 01234 or +4930123456; or nothing that JSON has.
    """
    if name in STANDARD and name not in NUMBERS:
        parts = value.values() if isinstance(value, Mapping) else [value]
        if any(isinstance(each, int | float) for each in parts):
            raise ValueError(NOT_A_STRING)
    if name not in TYPES:
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise ValueError("must be something that JSON has; quote it") from None
    return value

"""How a hook wants to be called: several signatures of django-oidc-provider's are accepted beside ours."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

UNBOUNDED = 99


@lru_cache(maxsize=256)
def positional(hook: Any) -> int:
    """How many positional arguments it takes."""
    parameters = inspect.signature(hook).parameters.values()
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return UNBOUNDED
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in parameters)


@lru_cache(maxsize=256)
def takes(hook: Any, name: str) -> bool:
    """Whether it can be given the keyword argument ``name``."""
    parameters = inspect.signature(hook).parameters
    return name in parameters or any(each.kind is each.VAR_KEYWORD for each in parameters.values())

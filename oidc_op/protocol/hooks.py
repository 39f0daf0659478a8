"""How a hook wants to be called: several signatures of django-oidc-provider's are accepted beside ours."""

from __future__ import annotations

import inspect
import logging
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from oidc_op.interfaces import JSONObject

from .errors import ServerError

log = logging.getLogger("oidc_op.hooks")
UNBOUNDED = 99
OURS = {"account": "user", "grant": "token"}  # our words for what the seed calls so


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


_signature = lru_cache(maxsize=256)(inspect.signature)  # looked at in every request


def ask_hook(hook: Any, first: Any, **shown: Any) -> Any:
    """Call ``hook`` with ``first`` and return its result.

    It is shown as much of ``shown`` as it has parameters for: by their names, or ours for them; in their order where it
    calls them something else; all that is left where it takes any.
    """
    signature = _signature(hook)
    parameters = list(signature.parameters.values())
    bound = inspect.BoundArguments(signature, OrderedDict())
    begins_named = bool(parameters) and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL
    if begins_named:
        bound.arguments[parameters.pop(0).name] = first
    names = {OURS.get(each.name, each.name): each for each in parameters}
    unnamed = [name for name in shown if name not in names]
    for name, each in names.items():
        if each.kind is each.VAR_POSITIONAL:
            bound.arguments[each.name] = (*(() if begins_named else (first,)), *(shown[other] for other in unnamed))
            unnamed = []
        elif each.kind is each.VAR_KEYWORD:
            bound.arguments[each.name] = {other: shown[other] for other in unnamed}
        elif name in shown:
            bound.arguments[each.name] = shown[name]
        elif each.default is each.empty and each.kind is not each.KEYWORD_ONLY and unnamed:
            bound.arguments[each.name] = shown[unnamed.pop(0)]
    return hook(*bound.args, **bound.kwargs)


def dictionary_of(hook: Any, answer: Any) -> JSONObject:
    """``answer`` as a dictionary, which ``hook`` returned.

    :raises ServerError: it is no dictionary; the log says whose fault that is.
    """
    if not isinstance(answer, Mapping):
        raise faulty(hook, answer, "a dictionary")
    return dict(answer)


def faulty(hook: Any, answer: Any, wanted: str) -> ServerError:
    """The error that ``hook`` has led to, once it has been logged."""
    name = f"{getattr(hook, '__module__', '')}.{getattr(hook, '__qualname__', repr(hook))}"
    log.error("the hook %s returned %s where %s was wanted", name, type(answer).__name__, wanted)
    return ServerError("the provider failed; its log says why", detail=f"{name} returned {type(answer).__name__}")

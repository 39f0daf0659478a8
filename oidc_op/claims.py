"""Scopes and claims as a class: what a project derives its own from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .model.client import Client
from .model.scope import Scope

INFO, METHOD = "info_", "scope_"


@dataclass(frozen=True, slots=True)
class Asked:
    """Claims for an account: ``user`` is the account that ``IAccounts.get`` returns, ``scope`` the scopes granted to ``client``.

    ``userinfo`` has every standard claim of the user, those without a value empty.
    """

    user: object
    client: Client
    scope: tuple[str, ...]
    userinfo: Mapping[str, object]


class ScopeClaims:
    """Scopes of a project, and the claims that they add.

    A class attribute ``info_NAME = (title, description)`` says what people are told of the scope ``NAME``; titles may be
    translation strings. A method ``scope_NAME()`` returns a dictionary of claims; None, empty strings and empty
    dictionaries are left out of it. Either will do. The name of a scope that is there already changes its words, or adds to
    its claims.
    """

    def __init__(self, asked: Asked) -> None:
        self.user = asked.user
        self.client = asked.client
        self.scopes = list(asked.scope)
        self.userinfo = asked.userinfo


def with_scopes_of(cls: type, scopes: Mapping[str, Scope]) -> dict[str, Scope]:
    """The scopes that ``cls`` describes, each on top of the one of that name in ``scopes``."""
    changed: dict[str, Scope] = {}
    for attribute in dir(cls):
        if attribute.startswith(METHOD):
            name = attribute.removeprefix(METHOD)
            scope = changed.get(name) or scopes.get(name) or Scope(name)
            changed[name] = replace(scope, classes=(*scope.classes, cls))
        elif attribute.startswith(INFO):
            name = attribute.removeprefix(INFO)
            title, description = getattr(cls, attribute)
            changed[name] = replace(changed.get(name) or scopes.get(name) or Scope(name), title=title, description=description)
    return changed


def claims_by(instance: ScopeClaims, scope: str) -> Mapping[str, object]:
    """Return the claims that the method for ``scope`` gives."""
    return getattr(instance, METHOD + scope)()

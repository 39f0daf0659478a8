"""The tables that directives fill: what one provider can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import Configurator, IConfiguration, JSONObject
from oidc_op.model.scope import STANDARD_SCOPES, Scope

from .settings import Declared


@implementer(IConfiguration)
class Configuration:
    """The tables of one provider: what it can do, in order.

    ``endpoints`` by name, ``steps`` of an authorization, ``checks`` that may need the person, ``grant_types`` and their
    ``grant_parameters``, ``client_authentication``, ``response_modes`` and ``scopes`` by name, ``response_parameters`` that add
    to responses, the hooks by the moment at which they are called, declared ``settings``; ``documents`` keeps the discovery
    document as bytes; ``mount`` is the path of the route prefix under which a host includes the provider, "" at the root.
    """

    def __init__(self, mount: str = "") -> None:
        self.mount = mount
        self.endpoints: JSONObject = {}
        self.steps: list[Callable[[Any], None]] = []
        self.checks: list[Any] = []
        self.grant_types: dict[str, Callable[[Any], Any]] = {}
        self.grant_parameters: dict[str, frozenset[str]] = {}
        self.client_authentication: dict[str, Callable[[Any, str], Any]] = {}
        self.response_modes: dict[str, Callable[..., object]] = {}
        self.response_parameters: list[Callable[[object], list[tuple[str, str]]]] = []
        self.scopes: dict[str, Scope] = {scope.name: scope for scope in STANDARD_SCOPES}
        self.id_token_hooks: list[Callable[..., object]] = []
        self.introspection_hooks: list[Callable[..., Any]] = []
        self.after_end_session_hooks: list[Callable[..., object]] = []
        self.after_userlogin_hooks: list[Callable[..., object]] = []
        self.settings: list[Declared] = []
        self.documents: dict[object, bytes] = {}


def configuration(config: Configurator) -> Configuration:
    """The tables of the provider that ``config`` configures."""
    return config.registry.getUtility(IConfiguration)

"""The types of what Pyramid hands over; Pyramid itself has no annotations.

At runtime the names are Pyramid's and the transaction package's own classes where they are cheap to import, and otherwise
exist for mypy alone: annotate with them, do not call them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webob import Request as WebObRequest
    from webob import Response
    from zope.interface.registry import Components

    from oidc_op.config.settings import Settings
    from oidc_op.config.settings_reader import Faults
    from oidc_op.protocol.authorization.request import Authorization

    from .provider import IProvider

    __all__ = ["Configurator", "Registry", "Request", "Response", "Transaction", "TransactionManager"]

    class Transaction:
        """A transaction of the transaction package."""

        def addAfterCommitHook(self, hook: Callable[..., object], args: tuple[object, ...] = ()) -> None: ...

        def join(self, resource: object) -> None: ...

    class TransactionManager:
        """An explicit transaction manager, as pyramid_tm puts it on a request."""

        def begin(self) -> Transaction: ...

        def get(self) -> Transaction: ...

        def commit(self) -> None: ...

        def abort(self) -> None: ...

        def doom(self) -> Transaction: ...

        def __enter__(self) -> Transaction: ...

        def __exit__(self, *error: object) -> None: ...

    class Introspector:
        """Pyramid's record of the configuration: views, routes and directives, by category."""

        def get_category(self, category_name: str) -> list[dict[str, dict[str, Any]]] | None: ...

    class Registry(Components):
        """Pyramid's registry: settings, utilities and subscribers of one application."""

        settings: dict[str, Any]
        introspector: Introspector
        oidc_settings: Settings
        oidc_faults: Faults
        _zodb_databases: dict[str, Any]

        def notify(self, *events: object) -> None: ...

    class Request(WebObRequest):
        """Pyramid's request, with what pyramid_tm and this package add to it."""

        registry: Registry
        tm: TransactionManager
        oidc_provider: IProvider
        oidc_authorization: Authorization
        authenticated_userid: object
        context: Any
        localizer: Any
        matchdict: Mapping[str, str]

        def add_response_callback(self, callback: Callable[[Request, Response], object]) -> None: ...

    Configurator = Any  # pyramid.config.Configurator, whose directives are added while it runs
else:
    Configurator = Registry = Request = Response = Transaction = TransactionManager = object

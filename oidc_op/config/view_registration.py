"""Views on the provider's tree: the directive ``add_oidc_view``, and a decorator that a scan finds."""

from __future__ import annotations

from typing import Any

import venusian
from pyramid.security import NO_PERMISSION_REQUIRED

from oidc_op.interfaces import Configurator

ROUTE = "oidc_op"  # below the mount
ROOT_ROUTE = "oidc_op_root"  # the mount without its slash
METADATA_ROUTE = "oidc_op_metadata"  # RFC 8414's path form


def add_oidc_view(config: Configurator, view: Any, *, permission: str | None = "use", on: str = ROUTE, **options: Any) -> None:
    """Register a view on a resource of the provider's tree, judged by that tree's ACL alone.

    A host's default permission, default CSRF check and views do not apply; ``permission`` is asked of our own policy.
    ``on`` is the name of the route, where it is not the one below the mount.
    """
    routes: tuple[str, ...] = (on,)
    if isinstance(options.get("context"), type) and issubclass(options["context"], Exception):
        permission, routes, options["exception_only"] = None, (ROUTE, ROOT_ROUTE, METADATA_ROUTE), True
    options |= {"permission": NO_PERMISSION_REQUIRED, "require_csrf": False, "oidc_permission": permission}
    for route_name in routes:
        config.add_view(view, route_name=route_name, **options)


class oidc_view:  # noqa: N801  a decorator, like pyramid's view_config
    """``add_oidc_view`` as a decorator, found by a scan."""

    def __init__(self, **options: Any) -> None:
        self.options = options

    def __call__(self, wrapped: Any) -> Any:
        def callback(scanner: Any, _name: str, ob: Any) -> None:
            scanner.config.with_package(info.module).add_oidc_view(ob, **self.options)

        info = venusian.attach(wrapped, callback, category="pyramid")
        return wrapped

"""Refusals of the console: people are sent to sign in, or told that they may not. Only those who may look learn what is not there."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pyramid.exceptions import PredicateMismatch
from pyramid.httpexceptions import HTTPForbidden, HTTPMethodNotAllowed, HTTPNotFound
from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import IProvider, Request
from oidc_op.resources.admin import AdminNode
from oidc_op.security import permits
from oidc_op.views.destination import sign_in_first
from oidc_op.views.errors import http_error


@oidc_view(context=HTTPForbidden)
@oidc_view(context=HTTPNotFound)
def turned_away(error: Any, request: Request) -> Response:
    node = getattr(request, "context", None)
    if not isinstance(node, AdminNode):
        return http_error(error, request)
    if node.provider.session is None and not _is_somebody_unknown(node.provider):
        return sign_in_first(request, _wanted(node, request))
    if not isinstance(error, HTTPForbidden) and not permits(node.provider, node, "view"):
        error = HTTPForbidden()
    elif isinstance(error, PredicateMismatch):
        error = HTTPMethodNotAllowed(headers=[("Allow", ", ".join(_methods(node, request)))])
    return http_error(error, request)


def _is_somebody_unknown(provider: IProvider) -> bool:
    """Whether the host has somebody signed in whom the accounts do not know: to sign in again would not help."""
    return bool(provider.settings.login_url and provider.request.authenticated_userid)


def _wanted(node: AdminNode, request: Request) -> str:
    """The path below the provider that was asked for; a form that was sent is lost, its page is not."""
    names = [*node.path, *(quote(name, safe="+~") for name in (request.view_name, *request.subpath) if name)]
    query = request.query_string if request.method in ("GET", "HEAD") else ""
    return "/".join(names) + (f"?{query}" if query and query.isascii() else "")


def _methods(node: AdminNode, request: Request) -> list[str]:
    """Return the methods that the views of this resource accept."""
    views = [each["introspectable"] for each in request.registry.introspector.get_category("views") or ()]
    ours = [view for view in views if view["context"] is type(node) and view["name"] == request.view_name]
    said = [view["request_methods"] for view in ours]
    methods = {method for each in said for method in ((each,) if isinstance(each, str) else each or ())}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))

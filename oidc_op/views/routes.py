"""How requests reach the tree: one hybrid route below the mount, and RFC 8414's path form at the host's root."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPMethodNotAllowed, HTTPNotFound

from oidc_op.config.configuration import configuration
from oidc_op.config.view_registration import METADATA_ROUTE, ROOT_ROUTE, ROUTE
from oidc_op.interfaces import Configurator, IProvider, Request
from oidc_op.resources.endpoints import DiscoveryEndpoint, WellKnown
from oidc_op.resources.provider import Provider

from .json_response import NOSNIFF

STATIC = "static"
METADATA = "oauth-authorization-server"


def provider_of(request: Request) -> IProvider:
    """The provider of this request, made once.

    A header that would move the root of the tree is ignored: whoever sends it is not a proxy that we know of.
    """
    request.environ.pop("HTTP_X_VHM_ROOT", None)
    return request.oidc_provider


def static_of(request: Request) -> IProvider:
    """The provider, for a file that goes with its pages.

    :raises HTTPMethodNotAllowed: the file is not asked for, but something done to it.
    """
    if request.method not in ("GET", "HEAD"):
        raise HTTPMethodNotAllowed(headers=[("Allow", "GET, HEAD")])
    request.add_response_callback(lambda _request, response: response.headerlist.append(NOSNIFF))
    return provider_of(request)


def discovery_of(request: Request) -> DiscoveryEndpoint:
    """Return the metadata document at the path of RFC 8414 §3.1, between host and path of the issuer."""
    provider = provider_of(request)
    if request.path_info != f"/.well-known/{METADATA}{_path(provider.issuer)}":
        raise HTTPNotFound
    return DiscoveryEndpoint(WellKnown(provider, WellKnown.name), METADATA)


def includeme(config: Configurator) -> None:
    config.add_request_method(Provider, "oidc_provider", reify=True)
    config.add_static_view(STATIC, "oidc_op:static", cache_max_age=86400, factory=static_of)
    _at_the_hosts_root(config, f"/.well-known/{METADATA}{configuration(config).mount or '/*path'}")
    config.add_route(ROOT_ROUTE, "", factory=provider_of, inherit_slash=True)
    config.add_route(ROUTE, "/*traverse", factory=provider_of)


def _at_the_hosts_root(config: Configurator, pattern: str) -> None:
    prefix, config.route_prefix = config.route_prefix, None
    config.add_route(METADATA_ROUTE, pattern, factory=discovery_of)
    config.route_prefix = prefix


def _path(issuer: str) -> str:
    return "/" + issuer.split("/", 3)[3] if issuer.count("/") > 2 else ""  # noqa: PLR2004  https://host/path

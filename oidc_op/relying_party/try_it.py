"""Try it: a page that plays an application and signs in against this very provider."""

from __future__ import annotations

import json
import logging
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from joserfc.errors import JoseError
from pyramid.response import Response

from oidc_op.resources.browser import cookie_name, set_cookie
from oidc_op.resources.endpoints import Endpoint
from oidc_op.resources.node import Node
from oidc_op.secret import SecretError
from oidc_op.views.page import page, see_other

from .client import RelyingParty

log = logging.getLogger(__name__)
CLIENT, COOKIE, SEAL = "try-it", "oidc_try_it", "try it"
MINUTES = 600  # seconds that a sign-in may take
SLOW = "The provider did not answer in time. It asks itself here, so it needs two threads at least."


class TryItPage(Endpoint):
    """Where it begins."""

    name = "try-it"
    page = True

    def __getitem__(self, name: str) -> Node:
        return CHILDREN[name](self, name)


class Start(Node):
    """Off to the provider."""

    page = True


class Callback(Node):
    """Back from the provider."""

    page = True


CHILDREN = {"start": Start, "callback": Callback}


def show(endpoint: TryItPage, request: Any) -> Response:
    return _page(request)


def start(node: Start, request: Any) -> Response:
    provider = node.provider
    if provider.store.clients.get(CLIENT) is None:
        return _page(request, error=f"There is no client {CLIENT} yet. This makes it: oidc-op init X.ini", status=404)
    try:
        url, kept = _relying_party(provider).begin()
    except (requests.RequestException, ValueError) as error:
        return _failed(request, error)
    set_cookie(provider, COOKIE, provider.secret.seal(SEAL, json.dumps(kept).encode()), MINUTES)
    return see_other(url)


def callback(node: Callback, request: Any) -> Response:
    provider = node.provider
    sealed = request.cookies.get(cookie_name(provider.issuer, COOKIE), "")
    set_cookie(provider, COOKIE, None)
    try:
        kept = json.loads(provider.secret.unseal(SEAL, sealed))
    except SecretError:
        return _page(request, error="This answer belongs to no sign-in that began in this browser. Start again.", status=400)
    try:
        return _page(request, result=_relying_party(provider).finish(f"{provider.url(*PATH)}?{request.query_string}", kept))
    except (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        return _failed(request, error)


PATH = ("try-it", "callback")


def _relying_party(provider: Any) -> RelyingParty:
    return RelyingParty(provider.issuer, CLIENT, provider.url(*PATH))


def _failed(request: Any, error: Exception) -> Response:
    log.warning("Try it failed: %r", error)
    if isinstance(error, requests.Timeout):
        return _page(request, error=SLOW, status=504)
    return _page(request, error=f"It did not work: {error}", status=400)


def _page(request: Any, *, status: int = 200, **context: Any) -> Response:
    provider = request.oidc_provider
    known = {"result": None, "error": None} | context
    return page(request, "try_it", status=status, start_url=provider.url("try-it", "start"), front_url=provider.url(), **known)


def includeme(config: Any) -> None:
    config.add_oidc_endpoint(TryItPage)
    config.add_oidc_view(show, context=TryItPage, request_method="GET")
    config.add_oidc_view(start, context=Start, request_method="GET")
    config.add_oidc_view(callback, context=Callback, request_method="GET")

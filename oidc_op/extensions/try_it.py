"""Try it: a page that plays an application, and signs in against this very provider over HTTP."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from joserfc.errors import JoseError
from pyramid.response import Response

from oidc_op.accounts.foreign import foreign
from oidc_op.cli.demo import USERNAME
from oidc_op.interfaces import Configurator, IProvider, Request
from oidc_op.model.redirect_uri import is_loopback
from oidc_op.relying_party.client import RelyingParty
from oidc_op.resources.cookies import read_cookie, set_cookie
from oidc_op.resources.endpoints import Endpoint
from oidc_op.resources.node import Node
from oidc_op.secret import SecretError
from oidc_op.views.page import page, see_other

log = logging.getLogger(__name__)
CLIENT, COOKIE, SEAL = "try-it", "oidc_try_it", "try it"
EXPIRE = 600  # seconds that a sign-in may take
SLOW = "The provider did not answer in time. This page asks the server that serves it, which needs two threads at least."
ELSEWHERE = "Without oidc.issuer this works on the server's own machine only: nobody else may say whom it calls."
STRANGE = "This answer belongs to no sign-in that began in this browser. Start again."


class TryItPage(Endpoint):
    """A small application to try the provider with."""

    name = "try-it"
    page = True

    def __getitem__(self, name: str) -> Node:
        return CHILDREN[name](self, name)


class Start(Endpoint):
    """Off to the provider."""

    page = True


class Callback(Endpoint):
    """Show what the provider answered (OIDC Core §3.1.2.5)."""

    page = True


CHILDREN = {"start": Start, "callback": Callback}


def show(endpoint: TryItPage, request: Request) -> Response:
    return _page(request, error=_fault(endpoint.provider) or None)


def start(endpoint: Start, request: Request) -> Response:
    provider = endpoint.provider
    if fault := _fault(provider):
        return _page(request, error=fault, status=404)
    try:
        url, kept = _relying_party(provider).begin()
    except FAULTS as error:
        return _failed(request, error)
    set_cookie(provider, COOKIE, provider.secret.seal(SEAL, json.dumps(kept).encode()), EXPIRE)
    return see_other(url)


def callback(endpoint: Callback, request: Request) -> Response:
    provider = endpoint.provider
    sealed = read_cookie(provider, COOKIE)
    set_cookie(provider, COOKIE, None)
    try:
        kept = json.loads(provider.secret.unseal(SEAL, sealed))
    except SecretError:
        return _page(request, error=STRANGE, status=400)
    try:
        return _page(request, result=_relying_party(provider).finish(request.query_string, kept))
    except FAULTS as error:
        return _failed(request, error)


FAULTS = (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError)


def _relying_party(provider: IProvider) -> RelyingParty:
    return RelyingParty(provider.issuer, CLIENT, _redirect_uri(provider))


def _redirect_uri(provider: IProvider) -> str:
    return provider.url(TryItPage.name, "callback")


def _fault(provider: IProvider) -> str:
    """Why nothing can be tried, and the command that helps; "" where it can."""
    if not provider.settings.issuer and not is_loopback(urlsplit(provider.issuer)):
        return ELSEWHERE
    client, uri = provider.store.clients.get(CLIENT), _redirect_uri(provider)
    if client is None:
        return f"There is no client {CLIENT} yet. This makes it: oidc-op client add X.ini --id {CLIENT} --public --redirect-uri {uri}"
    if not client.allows_redirect(uri):
        return f"The client {CLIENT} cannot be answered here yet. This lets it: oidc-op client set X.ini {CLIENT} redirect_uris+={uri}"
    return ""


def _failed(request: Request, error: Exception) -> Response:
    log.warning("Try it failed: %r", error)
    if isinstance(error, requests.Timeout):
        return _page(request, error=SLOW, status=504)
    return _page(request, error=f"It did not work: {error}", status=400)


def _page(request: Request, *, status: int = 200, **context: Any) -> Response:
    provider = request.oidc_provider
    has_demo = not foreign(provider) and provider.store.accounts.named(USERNAME) is not None
    known = {"result": None, "error": None, "demo": USERNAME if has_demo else None} | context
    return page(request, "try_it", status=status, start_url=provider.url(TryItPage.name, "start"), front_url=provider.url(), **known)


def includeme(config: Configurator) -> None:
    config.add_oidc_endpoint(TryItPage)
    for view, context in ((show, TryItPage), (start, Start), (callback, Callback)):
        config.add_oidc_view(view, context=context, request_method="GET")
    for child in CHILDREN.values():
        child.register(config)

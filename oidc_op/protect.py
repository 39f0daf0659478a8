"""Views for the bearers of access tokens: the view option ``scope``, and a decorator (RFC 6750).

``config.include("oidc_op.protect")`` after ``oidc_op``; then ``config.add_view(api, scope="testscope")`` in whatever
application it is. A view that is reached has the token in ``request.oidc_token``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from pyramid.exceptions import ConfigurationError
from pyramid.response import Response
from pyramid.viewderivers import INGRESS

from oidc_op.interfaces import Configurator, Request

from .model.scope import join_scope, split_scope
from .operator_log import log_refusal
from .protocol.bearer import demand
from .protocol.errors import OAuthError
from .protocol.parameters import LIMIT, is_form
from .views.challenge import bearer_challenge, told
from .views.cors import add_cors
from .views.json_response import NO_STORE, json_reply

View = Callable[..., Any]


def protected_resource_view(scopes: str | Iterable[str] = ()) -> Callable[[View], View]:
    """Let a function view be reached only with an access token that carries all ``scopes``; with any where there are none.

    The decorator form of the view option ``scope``. Below ``view_config``, above the function. Scopes that RFC 6749 §3.3 does
    not allow stop the start.
    """
    needed = _read(scopes)

    def decorate(view: View) -> View:
        takes_one = len(inspect.getfullargspec(view).args) == 1  # as Pyramid sees it: (request), else (context, request)

        @wraps(view)
        def protected_view(context: Any, request: Request) -> Any:
            refusal = admit(request, needed)
            if refusal is not None:
                return refusal
            return view(request) if takes_one else view(context, request)

        return protected_view

    return decorate


def protected(view: View, info: Any) -> View:
    """A view deriver, for views registered with ``scope``: outermost, so that a security policy sees the token, too."""
    scope = info.options.get("scope")
    if scope is None:
        return view
    needed, cors = _read(scope), info.options.get("cors")

    def protected_view(context: Any, request: Request) -> Any:
        refusal = admit(request, needed)
        if refusal is None:
            return view(context, request)
        return add_cors(refusal) if cors else refusal

    return protected_view


protected.options = ("scope",)  # type: ignore[attr-defined]


def admit(request: Request, scopes: tuple[str, ...]) -> Response | None:
    """Put the token into ``request.oidc_token`` where it carries ``scopes``; else the refusal, with which nothing is kept.

    It is returned, not raised: a host's exception views know nothing of challenges.
    """
    provider = request.oidc_provider
    try:
        request.oidc_token = demand(provider, scopes, form=_shows_token(request))
    except OAuthError as error:
        log_refusal(provider, error)
        if request.environ.get("tm.active"):
            request.tm.doom()
        return json_reply(told(error), error.status, headers=(*NO_STORE, bearer_challenge(provider.issuer, error)))
    return None


def _shows_token(request: Request) -> bool:
    """Whether there is a form that may hold a token: one without is the view's own, whatever its size and content."""
    return is_form(request) and (request.content_length or 0) <= LIMIT and request.is_body_seekable and b"access_token" in request.body


def _read(scopes: str | Iterable[str]) -> tuple[str, ...]:
    try:
        return split_scope(scopes if isinstance(scopes, str) else join_scope(scopes))
    except (TypeError, ValueError):
        raise ConfigurationError(f"scope = {scopes!r}: must be scope values, in a string or a tuple") from None


def includeme(config: Configurator) -> None:
    config.add_view_deriver(protected, name="oidc_scope", under=INGRESS, over="secured_view")
    config.add_request_method(lambda request: None, "oidc_token", reify=True)

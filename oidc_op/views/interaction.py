"""The common part of the pages that ask a person something: the authorization request that they interrupt."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup
from pyramid.response import Response

from oidc_op.interfaces import Request
from oidc_op.protocol.authorization import examine
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.errors import AccessDenied
from oidc_op.protocol.parameters import read_form, read_query

from .csrf import FIELD, check_csrf, csrf_token
from .page import page, places, see_other

HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


def interrupted(request: Request, sealed: str | None) -> Authorization | None:
    """The request that brought the person here, examined anew; None where they came by themselves.

    :raises OAuthError: it is no longer acceptable.
    """
    if not sealed:
        return None
    authorization = Authorization.unsealed(request.oidc_provider, sealed)
    examine(authorization)
    return authorization


def read_page(request: Request, names: frozenset[str]) -> dict[str, str]:
    """The fields of a page's form, known to be its own, or the query that it was reached with.

    :raises ForgedForm: it comes from elsewhere.
    """
    recognised = names | {RESUME, FIELD}
    if request.method != "POST":
        return read_query(request, recognised)
    form = read_form(request, recognised)
    check_csrf(request, form)
    return form


def ask(
    request: Request,
    name: str,
    authorization: Authorization | None,
    *,
    status: int = 200,
    carried: Mapping[str, str] = MappingProxyType({}),
    **context: object,
) -> Response:
    """The page that asks; its form carries the request and ``carried`` on, and may lead to where the client is at home."""
    hidden = {FIELD: csrf_token(request), **carried}
    client, redirect_uri = None, ""
    if authorization is not None:
        authorization.progress.asked = authorization.session.sub if authorization.session else ""
        hidden[RESUME] = authorization.sealed()
        client, redirect_uri = authorization.client, authorization.redirect_uri
    return page(
        request,
        name,
        status=status,
        client=client,
        targets=places(request, client, redirect_uri),
        action_url=request.oidc_provider.url(request.context.name),
        csrf_token=hidden[FIELD],
        hidden=hidden,
        hidden_inputs=Markup("").join(HIDDEN.format(name, value) for name, value in hidden.items()),
        **context,
    )


def resume(request: Request, authorization: Authorization) -> Response:
    """Redirect to the authorization endpoint, which takes every step again."""
    return see_other(request.oidc_provider.url("authorize", **{RESUME: authorization.sealed()}))


def declined(authorization: Authorization) -> AccessDenied:
    """The person said no (RFC 6749 §4.1.2.1)."""
    error = AccessDenied("the person declined")
    error.authorization = authorization
    return error

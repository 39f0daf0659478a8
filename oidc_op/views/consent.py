"""Consent (OIDC Core §3.1.2.4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pyramid.i18n import TranslationString
from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.events import ConsentDeclined
from oidc_op.interfaces import Request
from oidc_op.model.redirect_uri import is_private_use
from oidc_op.model.scope import Scope
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.consent import remember
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.resources.endpoints import ConsentPage

from .interaction import ask, declined, interrupted, read_page, resume

FIELDS = frozenset({"allow"})


@oidc_view(context=ConsentPage, request_method=("GET", "POST"))
def consent(endpoint: ConsentPage, request: Request) -> Response:
    form = read_page(request, FIELDS)
    authorization = interrupted(request, form.get(RESUME))
    if authorization is None:
        raise InvalidRequest("there is no request to consent to")
    if authorization.account is None:
        return resume(request, authorization)
    if request.method != "POST" or authorization.asked_another:
        return _ask(request, authorization)
    if "allow" not in form:
        client, scopes = authorization.client, authorization.scopes
        request.registry.notify(ConsentDeclined(endpoint.provider, authorization.account, client, scopes))
        raise declined(authorization)
    remember(authorization)
    return resume(request, authorization)


def _ask(request: Request, authorization: Authorization) -> Response:
    known = authorization.provider.configuration.scopes
    scopes = [known.get(name) or Scope(name, name) for name in authorization.scopes if name != "openid"]
    return ask(
        request,
        "consent",
        authorization,
        account=authorization.account,
        params=authorization.params | {"scope": [scope.name for scope in scopes]},
        scopes=[
            {"scope": scope.name, "name": _words(request, scope.title) or scope.name, "description": _words(request, scope.description)}
            for scope in scopes
        ],
        anybody_may_claim=is_private_use(authorization.redirect_uri),
        redirect_host=urlsplit(authorization.redirect_uri).hostname or authorization.redirect_uri.partition(":")[0],
    )


def _words(request: Request, text: Any) -> str:
    """``text`` in the person's language, where it is a translation string; what it comes to, where it is a lazy one."""
    return str(request.localizer.translate(text) if isinstance(text, TranslationString) else text)

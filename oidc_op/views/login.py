"""Sign-in."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from oidc_op.directives import oidc_view
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.resources.endpoints import LoginPage

from .interaction import ask, declined, interrupted, read_page, resume
from .page import see_other

FIELDS = frozenset({"username", "password", "login-submit", "login-cancel"})
FAILED = "The user name or the password is not right."
AMR = ("pwd",)  # RFC 8176 §2


@oidc_view(context=LoginPage, request_method="GET")
def show(endpoint: LoginPage, request: Any) -> Response:
    if elsewhere := endpoint.provider.settings.login_url:
        return see_other(elsewhere)
    authorization = interrupted(request, read_page(request, FIELDS).get(RESUME))
    hint = authorization.params.get("login_hint", "") if authorization else ""
    return ask(request, "login", authorization, username=hint, error=None)


@oidc_view(context=LoginPage, request_method="POST")
def submit(endpoint: LoginPage, request: Any) -> Response:
    if elsewhere := endpoint.provider.settings.login_url:
        return see_other(elsewhere)  # the host's is the only door; a second one might lack its locks
    form, provider = read_page(request, FIELDS), endpoint.provider
    authorization = interrupted(request, form.get(RESUME))
    if "login-cancel" in form and authorization is not None:
        raise declined(authorization)
    login = form.get("username", "")
    attempt = provider.authenticate(login, form.get("password", ""))
    if attempt.retry_after:
        return _try_later(request, authorization, login, attempt.retry_after)
    if attempt.account is None:
        return ask(request, "login", authorization, status=400, username=login, error=FAILED)
    provider.signed_in(str(attempt.account.sub), amr=AMR)
    return resume(request, authorization) if authorization else see_other(provider.url("signed-in"))


def _try_later(request: Any, authorization: Authorization | None, login: str, wait: int) -> Response:
    minutes = -(-wait // 60)
    error = f"There were too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    response = ask(request, "login", authorization, status=429, username=login, error=error)
    response.headers["Retry-After"] = str(wait)
    return response

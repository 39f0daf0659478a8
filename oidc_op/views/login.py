"""Sign-in."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.resources.endpoints import LoginPage

from .destination import FIELD as NEXT
from .destination import destination
from .interaction import ask, declined, interrupted, read_page, resume
from .page import see_other

FIELDS = frozenset({"username", "password", "login-submit", "login-cancel", NEXT})
FAILED = "The user name or the password is not right."
AMR = ("pwd",)  # RFC 8176 §2


@oidc_view(context=LoginPage, request_method="GET")
def show(endpoint: LoginPage, request: Request) -> Response:
    if elsewhere := endpoint.provider.settings.login_url:
        return see_other(elsewhere)
    query = read_page(request, FIELDS)
    authorization = interrupted(request, query.get(RESUME))
    hint = authorization.params.get("login_hint", "") if authorization else ""
    wanted, provider = destination(request, query.get(NEXT)), endpoint.provider
    session = provider.session if authorization is None else None
    account = provider.accounts.get(session.sub) if session else None
    there = {"account": account, "continue_url": wanted or provider.url("signed-in")}
    return _ask(request, authorization, query, username=hint, error=None, **there if account else {})


@oidc_view(context=LoginPage, request_method="POST")
def submit(endpoint: LoginPage, request: Request) -> Response:
    if elsewhere := endpoint.provider.settings.login_url:
        return see_other(elsewhere)  # the host's is the only door; a second one might lack its locks
    form, provider = read_page(request, FIELDS), endpoint.provider
    authorization, wanted = interrupted(request, form.get(RESUME)), destination(request, form.get(NEXT))
    if "login-cancel" in form and authorization is not None:
        raise declined(authorization)
    login = form.get("username", "")
    attempt = provider.authenticate(login, form.get("password", ""))
    if attempt.retry_after:
        return _try_later(request, authorization, form, attempt.retry_after)
    if attempt.account is None:
        return _ask(request, authorization, form, status=400, username=login, error=FAILED)
    provider.signed_in(str(attempt.account.sub), amr=AMR)
    return resume(request, authorization) if authorization else see_other(wanted or provider.url("signed-in"))


def _ask(request: Request, authorization: Authorization | None, sent: dict[str, str], **context: Any) -> Response:
    """The page; it carries on where the person wanted to go."""
    destination(request, sent.get(NEXT))
    return ask(request, "login", authorization, carried={NEXT: sent[NEXT]} if NEXT in sent else {}, **context)


def _try_later(request: Request, authorization: Authorization | None, form: dict[str, str], wait: int) -> Response:
    minutes = -(-wait // 60)
    error = f"There were too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    response = _ask(request, authorization, form, status=429, username=form.get("username", ""), error=error)
    response.headers["Retry-After"] = str(wait)
    return response

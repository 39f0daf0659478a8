"""Meeting the checks: the first unmet one sends the person to its page, or the client its refusal."""

from __future__ import annotations

from urllib.parse import quote

from oidc_op.protocol.authorization_response import Redirect
from oidc_op.protocol.errors import LoginRequired

from .after_userlogin import ask_after_userlogin
from .request import Authorization


def meet_interaction(authorization: Authorization) -> None:
    """Find the first unmet check (OIDC Core §3.1.2.3, §3.1.2.6).

    A form that another site posted carries no cookie (SameSite=Lax), so it is asked to come again by GET, where one shows.
    """
    if authorization.session is None and authorization.provider.request.environ["REQUEST_METHOD"] == "POST":
        authorization.answer = Redirect(authorization.provider.url("authorize", resume=authorization.sealed()))
        return
    ask_after_userlogin(authorization)
    if authorization.answer is not None:
        return
    for check in authorization.provider.configuration.checks:
        reason = check.unmet(authorization)
        if reason is None:
            continue
        if "none" in authorization.prompt:
            raise check.refusal("the person would have to be asked", detail=f"{check.name}: {reason.__name__}")
        if check.name == "login":
            _send_to_sign_in(authorization, reason.__name__)
        else:
            authorization.answer = Redirect(authorization.provider.url(check.page, resume=authorization.sealed()))
        return


def _send_to_sign_in(authorization: Authorization, reason: str) -> None:
    """To our page, or to the host's, which is not asked twice (a second redirect would be a loop)."""
    provider, progress = authorization.provider, authorization.progress
    hosts = provider.settings.login_url
    been_there = progress.sent_from is not None
    if been_there and (hosts or authorization.signed_in_for_this):
        raise LoginRequired("the person did not sign in as was asked", detail=reason)
    progress.sent_from = authorization.mark
    sealed = authorization.sealed()
    if not hosts:
        authorization.answer = Redirect(provider.url("login", resume=sealed))
        return
    resume = provider.url("authorize", resume=sealed)
    authorization.answer = Redirect(f"{hosts}{'&' if '?' in hosts else '?'}next={quote(resume, safe='')}")

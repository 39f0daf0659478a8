"""The end-session endpoint (RP-Initiated Logout 1.0)."""

from __future__ import annotations

from urllib.parse import urlsplit

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.operator_log import log_refused
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.authorization_response import Redirect
from oidc_op.protocol.end_session import decide
from oidc_op.protocol.end_session.request import RECOGNISED, EndSession, Page
from oidc_op.protocol.parameters import read_form, read_query
from oidc_op.resources.endpoints import EndSessionEndpoint

from .csrf import FIELD, check_csrf, csrf_token
from .methods import wrong_method
from .page import leave, page, places, see_other

CONFIRM, CANCEL = "logout-confirm", "logout-cancel"
OURS = frozenset({CONFIRM, CANCEL, FIELD})


@oidc_view(context=EndSessionEndpoint, request_method="GET")
def end_session(endpoint: EndSessionEndpoint, request: Request) -> Response:
    if request.method == "HEAD":  # which Pyramid sends along with GET
        return wrong_method(endpoint, request)
    ending = EndSession.read(endpoint.provider, read_query(request, RECOGNISED))
    answer = decide(ending)
    if isinstance(answer, Redirect):
        return leave(request, answer.location, ending.client)
    if answer is Page.ASK:
        return _ask(request, ending)
    if answer is Page.SIGNED_OUT:
        return page(request, answer.value, client=ending.client, front_url=endpoint.provider.url())
    return answer


@oidc_view(context=EndSessionEndpoint, request_method="POST")
def submit(endpoint: EndSessionEndpoint, request: Request) -> Response:
    """The answer of the person, or a client's request, which another site posts without our cookie (SameSite=Lax).

    Both go on by GET: there the cookie shows, and a hook finds the address that resumes the request.
    """
    provider, form = endpoint.provider, read_form(request, RECOGNISED | OURS)
    if not OURS & form.keys():
        return _go_on(EndSession.read(provider, form))
    check_csrf(request, form)
    ending = EndSession.unsealed(provider, form.required(RESUME))
    if CONFIRM not in form:
        return see_other(provider.url("signed-in"))
    ending.confirmed = ending.asked
    return _go_on(ending)


def _go_on(ending: EndSession) -> Response:
    return see_other(ending.provider.url("end-session", **{RESUME: ending.sealed()}))


def _ask(request: Request, ending: EndSession) -> Response:
    provider, session, uri = ending.provider, ending.session, ending.post_logout_redirect_uri
    if ending.fault is not None:
        client_id = ending.client.client_id if ending.client else "-"
        log_refused(provider, ending.fault.error, ending.fault.detail, client_id)
    ending.asked = session.mark if session else ""
    return page(
        request,
        Page.ASK.value,
        client=ending.client,
        targets=places(request, ending.client, uri),
        action_url=provider.url("end-session"),
        hidden={FIELD: csrf_token(request), RESUME: ending.sealed()},
        account=provider.accounts.get(session.sub) if session else None,
        redirect_host=(urlsplit(uri).hostname or uri.partition(":")[0]) if uri else "",
    )

"""Account choice."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.authorization.parameters import RESUME
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.resources.endpoints import SelectAccountPage

from .interaction import ask, interrupted, read_page, resume

FIELDS = frozenset({"account-continue", "account-other"})


@oidc_view(context=SelectAccountPage, request_method=("GET", "POST"))
def select_account(endpoint: SelectAccountPage, request: Request) -> Response:
    form = read_page(request, FIELDS)
    authorization = interrupted(request, form.get(RESUME))
    if authorization is None:
        raise InvalidRequest("there is no request to choose an account for")
    if authorization.account is None:
        return resume(request, authorization)
    if request.method != "POST" or authorization.asked_another:
        return ask(request, "select_account", authorization, account=authorization.account)
    if "account-other" in form:
        authorization.progress.other = True
    else:
        authorization.progress.selected = authorization.mark
    return resume(request, authorization)

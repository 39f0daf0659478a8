"""The authorization endpoint (RFC 6749 §3.1)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.authorization import decide
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.resources.endpoints import AuthorizationEndpoint

from .methods import wrong_method
from .page import respond


@oidc_view(context=AuthorizationEndpoint, request_method=("GET", "POST"))
def authorize(endpoint: AuthorizationEndpoint, request: Request) -> Response:
    if request.method == "HEAD":  # which Pyramid sends along with GET
        return wrong_method(endpoint, request)
    authorization = request.oidc_authorization = Authorization(endpoint.provider)
    return respond(request, decide(authorization), authorization.client)

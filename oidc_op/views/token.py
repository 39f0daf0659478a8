"""The token endpoint (RFC 6749 §3.2)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.operator_log import log_refusal
from oidc_op.protocol.token import Refused, TokenRequest, exchange
from oidc_op.resources.endpoints import TokenEndpoint

from .errors import error_reply
from .json_response import json_reply


@oidc_view(context=TokenEndpoint, request_method="POST", cors=True)
def token(endpoint: TokenEndpoint, request: Request) -> Response:
    outcome = exchange(TokenRequest.read(endpoint.provider))
    if isinstance(outcome, Refused):
        log_refusal(endpoint.provider, outcome.error)
        return error_reply(request, outcome.error)
    return json_reply(outcome.body)

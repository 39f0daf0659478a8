"""The authorization endpoint (RFC 6749 §3.1)."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from ..directives import oidc_view
from ..protocol.authorization import decide
from ..protocol.authorization.request import Authorization
from ..resources.endpoints import AuthorizationEndpoint
from .page import respond


@oidc_view(context=AuthorizationEndpoint, request_method=("GET", "POST"))
def authorize(endpoint: AuthorizationEndpoint, request: Any) -> Response:
    return respond(request, decide(Authorization(endpoint.provider)))

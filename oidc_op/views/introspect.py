"""The introspection endpoint (RFC 7662 §2)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.introspection import introspect
from oidc_op.resources.endpoints import IntrospectionEndpoint

from .json_response import json_reply


@oidc_view(context=IntrospectionEndpoint, request_method="POST")
def introspection(endpoint: IntrospectionEndpoint, request: Request) -> Response:
    return json_reply(introspect(endpoint.provider))

"""The revocation endpoint (RFC 7009 §2)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.revoke import revoke_token
from oidc_op.resources.endpoints import RevocationEndpoint

from .json_response import json_reply


@oidc_view(context=RevocationEndpoint, request_method="POST", cors=True)
def revocation(endpoint: RevocationEndpoint, request: Request) -> Response:
    revoke_token(endpoint.provider)
    return json_reply({})

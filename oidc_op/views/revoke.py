"""The revocation endpoint (RFC 7009 §2)."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from oidc_op.directives import oidc_view
from oidc_op.protocol.revoke import revoke_token
from oidc_op.resources.endpoints import RevocationEndpoint

from .reply import json_reply


@oidc_view(context=RevocationEndpoint, request_method="POST", cors=True)
def revocation(endpoint: RevocationEndpoint, request: Any) -> Response:
    revoke_token(endpoint.provider)
    return json_reply({})

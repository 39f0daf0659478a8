"""The provider's public keys (RFC 7517 §5)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.parameters import read_query
from oidc_op.resources.endpoints import JwksEndpoint

from .json_response import json_reply


@oidc_view(context=JwksEndpoint, request_method="GET", cors=True)
def jwks(endpoint: JwksEndpoint, request: Request) -> Response:
    read_query(request, ())  # it has no parameters, but may not be malformed either
    kept = (("Cache-Control", f"public, max-age={endpoint.provider.settings.jwks_cache_expire}"),)
    return json_reply(endpoint.provider.keys.jwks(), headers=kept)

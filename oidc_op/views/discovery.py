"""The discovery document (OIDC Discovery §4, RFC 8414 §3)."""

from __future__ import annotations

import json

from pyramid.response import Response

from oidc_op.config.view_registration import METADATA_ROUTE, oidc_view
from oidc_op.interfaces import IProvider, Request
from oidc_op.protocol.metadata import metadata
from oidc_op.protocol.parameters import read_query
from oidc_op.resources.endpoints import DiscoveryEndpoint

from .json_response import json_reply


@oidc_view(context=DiscoveryEndpoint, request_method="GET", cors=True)
@oidc_view(context=DiscoveryEndpoint, request_method="GET", cors=True, on=METADATA_ROUTE)
def discovery(endpoint: DiscoveryEndpoint, request: Request) -> Response:
    read_query(request, ())  # it has no parameters, but may not be malformed either
    provider = endpoint.provider
    settings = provider.settings
    seconds = settings.discovery_cache_expire if settings.discovery_cache_enable else 0
    kept = (("Cache-Control", f"public, max-age={seconds}" if seconds else "no-cache"),)
    return json_reply(_document(provider), headers=kept)


def _document(provider: IProvider) -> bytes:
    """The document as bytes, made once per issuer and set of keys; only in development is the issuer not a fixed one."""
    documents = provider.configuration.documents
    key = (provider.issuer, tuple(provider.keys.algorithms()))
    if key not in documents:
        if len(documents) > 100:  # noqa: PLR2004  issuers that the Host header made up
            documents.clear()
        documents[key] = json.dumps(metadata(provider), separators=(",", ":")).encode()
    return documents[key]

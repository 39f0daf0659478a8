"""The answers of every endpoint to preflights, and to methods that it does not have."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPMethodNotAllowed
from pyramid.response import Response

from oidc_op.interfaces import Request

from .cors import ORIGIN, allowed_headers


def preflight(endpoint: Any, request: Request) -> Response:
    """Answer a preflight: the methods and headers that other sites may use (Fetch standard, CORS protocol)."""
    methods = ("Access-Control-Allow-Methods", ", ".join((*endpoint.methods, "OPTIONS")))
    return Response(status=204, headerlist=[ORIGIN, methods, *allowed_headers(request), ("Allow", methods[1])])


def wrong_method(endpoint: Any, request: Request) -> Response:
    """Say which methods there are (RFC 9110 §15.5.6)."""
    head = ["HEAD"] if "GET" in endpoint.methods and endpoint.head else []
    allowed = [*endpoint.methods, *head, *(["OPTIONS"] if endpoint.cors else [])]
    raise HTTPMethodNotAllowed(headers=[("Allow", ", ".join(allowed))])

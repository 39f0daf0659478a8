"""Responses for programs: JSON that nobody keeps."""

from __future__ import annotations

import json

from pyramid.response import Response

from oidc_op.interfaces import JSONObject

JSON = ("Content-Type", "application/json")
NOSNIFF = ("X-Content-Type-Options", "nosniff")

NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))  # RFC 6749 §5.1


def json_reply(body: JSONObject | bytes, status: int = 200, *, headers: tuple[tuple[str, str], ...] = NO_STORE) -> Response:
    """``body`` as a JSON response; not to be stored unless ``headers`` say otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(
        app_iter=[raw], status=status, headerlist=[JSON, NOSNIFF, *headers, ("Content-Length", str(len(raw)))], content_type=None
    )

"""Paths that are not UTF-8: a plain 400, before anything else looks at them."""

from __future__ import annotations

from typing import Any

from pyramid.exceptions import URLDecodeError
from pyramid.response import Response


def undecodable(error: URLDecodeError, request: Any) -> Response:
    return Response(b"the path is not UTF-8", status=400, content_type="text/plain", charset="utf-8")


def includeme(config: Any) -> None:
    config.add_exception_view(undecodable, context=URLDecodeError)

"""Cross-origin requests: everyone may call what needs no cookie, and nothing else (Fetch standard, CORS protocol)."""

from __future__ import annotations

import re
from typing import Any

from oidc_op.interfaces import Configurator, Request

ORIGIN = ("Access-Control-Allow-Origin", "*")

EXPOSED = ("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")
USUAL = "Authorization, Content-Type, DPoP, X-Requested-With, MCP-Protocol-Version"
NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:[ ]?,[ ]?[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
LONGEST = 1000  # characters of names that are repeated


def allowed_headers(request: Request) -> tuple[tuple[str, str], ...]:
    """Headers of a preflight's answer: a script may send whatever it asks for, such as traceparent; no cookie is involved."""
    asked = request.environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").strip()
    allowed = asked if len(asked) <= LONGEST and NAMES.fullmatch(asked) else USUAL
    return (
        *(("Access-Control-Allow-Headers", allowed), ("Access-Control-Max-Age", "86400")),
        ("Vary", "Access-Control-Request-Headers"),
    )


def add_cors(response: Any) -> Any:
    """Let scripts of other sites read ``response``; credentials are never allowed."""
    response.headerlist.extend((ORIGIN, EXPOSED))
    return response


def cross_origin(view: Any, info: Any) -> Any:
    """A view deriver, for views registered with ``cors=True``."""
    if not info.options.get("cors"):
        return view

    def cross_origin_view(context: object, request: Request) -> object:
        return add_cors(view(context, request))

    return cross_origin_view


cross_origin.options = ("cors",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    config.add_view_deriver(cross_origin, name="cors")

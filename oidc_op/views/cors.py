"""Cross-origin requests: everyone may call what needs no cookie, and nothing else (Fetch standard, CORS protocol)."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import Configurator, Request

ORIGIN = ("Access-Control-Allow-Origin", "*")

EXPOSED = ("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")
PREFLIGHT = (
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, X-Requested-With, MCP-Protocol-Version"),
    ("Access-Control-Max-Age", "86400"),
)


def add_cors(response: Any) -> Any:
    """Let scripts of other sites read ``response``; credentials are never allowed."""
    response.headerlist.extend((ORIGIN, EXPOSED))
    return response


def cross_origin(view: Any, info: Any) -> Any:
    """A view deriver, for views registered with ``cors=True``."""
    if not info.options.get("cors"):
        return view

    def cross_origin_view(context: Any, request: Request) -> Any:
        return add_cors(view(context, request))

    return cross_origin_view


cross_origin.options = ("cors",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    config.add_view_deriver(cross_origin, name="cors")

"""The page that a client has in a frame and asks about the session (Session Management 1.0 §3.2)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.interfaces import Request
from oidc_op.resources.endpoints import Endpoint
from oidc_op.views.page import page

from .cookie import COOKIE
from .state import browser_state

POLICY = "default-src 'none'; script-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'"
KEPT = "public, max-age=3600"  # the page is the same for everybody


class CheckSessionIframe(Endpoint):
    """The page that clients load in a frame to watch the sign-in (Session Management 1.0)."""

    name = "check-session-iframe"
    metadata = "check_session_iframe"
    page = True


def check_session_iframe(endpoint: CheckSessionIframe, request: Request) -> Response:
    """The one page that may be framed; it says nothing, and its script answers."""
    response = page(request, "check_session_iframe", cookie=COOKIE, nobody=browser_state(endpoint.provider, None))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = KEPT
    for name in ("X-Frame-Options", "Pragma"):
        response.headers.pop(name)
    return response

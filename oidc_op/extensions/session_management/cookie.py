"""The cookie ``op_browser_state``: it follows every sign-in and sign-out, and the page in the client's frame reads it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from oidc_op.events import SessionEnded, SignedIn
from oidc_op.interfaces import IProvider, Request
from oidc_op.model.session import Session
from oidc_op.resources.browser import COOKIE as SESSION_COOKIE
from oidc_op.resources.cookies import cookie_value, read_cookie

from .state import browser_state

COOKIE = "op_browser_state"


def after_sign_in(event: SignedIn) -> None:
    set_browser_state(event.provider, event.provider.session)


def after_sign_out(event: SessionEnded) -> None:
    if event.provider.session is None:  # else somebody signs in in their place, which sets it
        set_browser_state(event.provider, None)


def keep_browser_state(authorization: Any) -> None:
    """Put the cookie right where it is not: the person signed in before there was one, or the session ended elsewhere.

    A request without a session cookie proves nothing: in another site's frame browsers keep that one back.
    """
    provider, session = authorization.provider, authorization.session
    shown = cookie_value(provider.request, COOKIE)
    if session is None and not (shown and read_cookie(provider, SESSION_COOKIE)):
        return
    if shown != browser_state(provider, session):
        set_browser_state(provider, session)


def set_browser_state(provider: IProvider, session: Session | None) -> None:
    """Send the cookie with the response: for this provider's path, within reach of scripts, gone when the session is.

    Frames of other sites see it (``SameSite=None``), which browsers grant to secure cookies only.
    """
    value, max_age = browser_state(provider, session), session.expires_at - provider.now if session is not None else None
    secure = provider.issuer.startswith("https:")

    def callback(_request: Request, response: Any) -> None:
        path, same_site = urlsplit(provider.issuer).path or "/", "None" if secure else "Lax"
        response.set_cookie(COOKIE, value, max_age=max_age, path=path, secure=secure, samesite=same_site)

    provider.request.add_response_callback(callback)

"""Who is signed in with this browser."""

from __future__ import annotations

from ..answer import Redirect
from .request import Authorization


def find_session(authorization: Authorization) -> None:
    """Find the session and its account.

    A form that another site posted carries no cookie (SameSite=Lax), so it is asked to come again by GET, where one shows.
    """
    provider = authorization.provider
    session = provider.session
    if session is None and provider.request.environ["REQUEST_METHOD"] == "POST":
        authorization.answer = Redirect(provider.url("authorize", resume=authorization.sealed()))
        return
    authorization.session = session
    authorization.account = provider.accounts.get(session.sub) if session else None

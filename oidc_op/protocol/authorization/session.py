"""The session of the browser."""

from __future__ import annotations

from .request import Authorization


def find_session(authorization: Authorization) -> None:
    """Find the session and its account."""
    provider = authorization.provider
    authorization.session = session = provider.session
    authorization.account = provider.accounts.get(session.sub) if session else None

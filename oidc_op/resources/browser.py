"""The browser: the session that its cookie names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from oidc_op.events import SignedIn
from oidc_op.model.handle import Handle, draw_key
from oidc_op.model.session import Session

COOKIE = "oidc_session"


def cookie_name(issuer: str, name: str) -> str:
    """``name``, kept apart from other providers on this host, and bound to it where TLS allows (RFC 6265bis §4.1.3.2)."""
    url = urlsplit(issuer)
    place = re.sub(r"[^A-Za-z0-9]+", "_", url.path).strip("_")
    return f"{'__Host-' if url.scheme == 'https' else ''}{name}{'_' + place if place else ''}"


def set_cookie(provider: Any, name: str, value: str | None, max_age: int | None = None) -> None:
    """Send a cookie with the response: for this host alone, out of scripts' reach; None removes it."""
    name, secure = cookie_name(provider.issuer, name), provider.issuer.startswith("https:")

    def callback(_request: Any, response: Any) -> None:
        if value is None:
            response.delete_cookie(name, path="/")
        else:
            response.set_cookie(name, value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="Lax")

    provider.request.add_response_callback(callback)


class Browser:
    """Finds, begins and ends the session of a request's browser."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._found: Session | None = None
        self._looked = False

    @property
    def session(self) -> Session | None:
        """The live session, or None; where a host has the person signed in, one begins (architecture: hosts)."""
        if not self._looked:
            self._looked, self._found = True, self._of_host(self._of_cookie())
        return self._found

    def sign_in(self, sub: str, auth_time: int, amr: tuple[str, ...], *, implicit: bool = False) -> Session:
        """Begin a session, or renew the one that this person has; its secret is a new one (no fixation)."""
        provider, now = self._provider, self._provider.now
        old = self._found if self._looked else self._of_cookie()
        sessions = provider.store.sessions
        if old is not None and old.sub == sub:
            handle = Handle.draw(old.key)
            session = replace(old, digest=handle.digest, auth_time=auth_time, amr=amr, sign_ins=old.sign_ins + 1, implicit=implicit)
            sessions.put(session)
        else:
            if old is not None:
                sessions.remove(old.key)
            expires_at = now + provider.settings.session_expire
            handle = Handle.draw(draw_key(expires_at, daily=True))
            begun = max(now, getattr(provider.accounts.get(sub), "valid_after", 0))  # in the second of a change, after it
            session = Session(handle.key, sub, handle.digest, auth_time, begun, expires_at, amr=amr, implicit=implicit)
            sessions.add(session)
        self._looked, self._found = True, session
        set_cookie(provider, COOKIE, str(handle), session.expires_at - now)
        provider.request.registry.notify(SignedIn(provider, sub, amr))
        return session

    def sign_out(self) -> None:
        """End the session, if there is one."""
        session = self._found if self._looked else self._of_cookie()
        if session is not None:
            self._provider.store.sessions.remove(session.key)
        self._looked, self._found = True, None
        set_cookie(self._provider, COOKIE, None)

    def _of_cookie(self) -> Session | None:
        provider = self._provider
        handle = Handle.read(provider.request.cookies.get(cookie_name(provider.issuer, COOKIE), ""))
        session = provider.store.sessions.get(handle.key) if handle else None
        if handle is None or session is None or not handle.matches(session.digest) or not session.is_live(provider.now):
            return None
        account = provider.accounts.get(session.sub)
        if account is None or session.created_at < getattr(account, "valid_after", 0):
            return None
        return session

    def _of_host(self, session: Session | None) -> Session | None:
        """The session, as far as the host agrees, where it has a sign-in of its own (``oidc.login_url``)."""
        if not self._provider.settings.login_url:
            return session
        sub = self._provider.request.authenticated_userid
        if sub is None:
            return None if session is None or session.implicit else session
        if session is not None and session.sub == str(sub):
            return session
        if self._provider.accounts.get(str(sub)) is None:
            return None
        self._looked, self._found = True, session
        return self.sign_in(str(sub), self._provider.now, (), implicit=True)

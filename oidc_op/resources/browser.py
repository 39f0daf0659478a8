"""The browser: the session that its cookie names."""

from __future__ import annotations

from dataclasses import replace

from oidc_op.events import SessionEnded, SignedIn
from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.handle import Handle, draw_key
from oidc_op.model.session import Session

from .cookies import read_cookie, set_cookie
from .idle import is_idle, mark_seen

COOKIE = "oidc_session"
UNKNOWN = 0  # the auth_time of a session that only follows a host's: when the person proved who they are, nobody told


class Browser:
    """Finds, begins and ends the session of a request's browser."""

    def __init__(self, provider: IProvider) -> None:
        self._provider = provider
        self._found: Session | None = None
        self._looked = False

    @property
    def session(self) -> Session | None:
        """The live session, or None; where a host has the person signed in, one begins (architecture: hosts)."""
        if not self._looked:
            self._looked, self._found = True, self._of_host(self._of_cookie())
        return self._found

    @property
    def expected(self) -> dict[str, str]:
        """The key of the session that the cookie names, by its collection: not known yet whether there is one."""
        handle = Handle.read(read_cookie(self._provider, COOKIE))
        return {"sessions": handle.key} if handle else {}

    @property
    def known(self) -> str:
        """The ``sub`` of the person whose live session the cookie names, or "": asking begins none."""
        session = self._found if self._looked else self._of_cookie()
        return session.sub if session else ""

    def sign_in(self, sub: str, auth_time: int, amr: tuple[str, ...], *, implicit: bool = False) -> Session:
        """Begin a session, or renew the one that this person has; its secret is a new one (no fixation)."""
        provider, now = self._provider, self._provider.now
        old = self._found if self._looked else self._of_cookie()
        sessions, notify = provider.store.sessions, provider.request.registry.notify
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
        mark_seen(provider, session)
        if old is not None and old.sub != sub:
            notify(SessionEnded(provider, old.sub, old.key, None))
        notify(SignedIn(provider, sub, amr))
        return session

    def sign_out(self, client: Client | None = None) -> None:
        """End the session, if there is one."""
        session = self._found if self._looked else self._of_cookie()
        if session is not None:
            self._provider.store.sessions.remove(session.key)
        self._looked, self._found = True, None
        set_cookie(self._provider, COOKIE, None)
        if session is not None:
            self._provider.request.registry.notify(SessionEnded(self._provider, session.sub, session.key, client))

    def _of_cookie(self) -> Session | None:
        provider = self._provider
        handle = Handle.read(read_cookie(provider, COOKIE))
        session = provider.store.sessions.get(handle.key) if handle else None
        if handle is None or session is None or not handle.matches(session.digest) or not session.is_live(provider.now):
            return None
        account = provider.accounts.get(session.sub)
        if account is None or session.created_at < getattr(account, "valid_after", 0):
            return None
        return None if is_idle(provider, session) else session

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
        return self.sign_in(str(sub), UNKNOWN, (), implicit=True)

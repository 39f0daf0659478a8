"""The idle time of a session: a sealed cookie says when its browser was here last, so that no visit writes to the store."""

from __future__ import annotations

from oidc_op.interfaces import IProvider
from oidc_op.model.session import Session
from oidc_op.secret import SecretError

from .cookies import read_cookie, set_cookie

COOKIE = "oidc_seen"
PURPOSE = "session seen"
STEPS = 10  # of the idle time; the cookie is made anew once one has passed


def is_idle(provider: IProvider, session: Session) -> bool:
    """Whether the browser of this session was not here for ``oidc.session_idle_expire`` seconds.

    A cookie that was copied from the browser ages as well, since only a visit makes a new one.
    """
    allowed = provider.settings.session_idle_expire
    if not allowed:
        return False
    seen_at = _seen_at(provider, session)
    if seen_at is None or provider.now >= seen_at + allowed:
        return True
    if provider.now >= seen_at + allowed // STEPS:
        mark_seen(provider, session)
    return False


def mark_seen(provider: IProvider, session: Session) -> None:
    """Say to the browser that it was here now."""
    if allowed := provider.settings.session_idle_expire:
        text = f"{session.key} {provider.now}"
        set_cookie(provider, COOKIE, provider.secret.seal(PURPOSE, text.encode()), allowed)


def _seen_at(provider: IProvider, session: Session) -> int | None:
    try:
        key, _, seen_at = provider.secret.unseal(PURPOSE, read_cookie(provider, COOKIE)).decode().partition(" ")
    except SecretError:
        return None
    return int(seen_at) if key == session.key else None

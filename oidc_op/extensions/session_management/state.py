"""``session_state``: what a client compares with the browser's state (Session Management 1.0 §3, §3.2)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

from oidc_op.interfaces import IProvider
from oidc_op.model.session import Session

PURPOSE, NOBODYS = "browser state", "unauthenticated browser state"
PORTS = {"http": 80, "https": 443}  # which an origin does not name


def browser_state(provider: IProvider, session: Session | None) -> str:
    """Return the value of the browser's cookie for ``session``, or for nobody.

    Clients know the session's key as ``sid``; that from which the cookie is made is known to nobody but us, so that no site
    can recognise a person by it.
    """
    key = provider.secret.digest(PURPOSE, session.key) if session is not None else unauthenticated_key(provider)
    return hashlib.sha224(key.encode()).hexdigest()


def unauthenticated_key(provider: IProvider) -> str:
    """The same on every server that has the master secret, unless the settings name one."""
    return provider.settings.unauthenticated_session_management_key or provider.secret.derive(NOBODYS).hex()


def session_state(authorization: Any) -> list[tuple[str, str]]:
    """The parameter that an authentication response carries."""
    if not authorization.is_authentication:
        return []
    salt = secrets.token_hex(16)
    state = browser_state(authorization.provider, authorization.session)
    text = f"{authorization.client.client_id} {origin_of(authorization.redirect_uri)} {state} {salt}"
    return [("session_state", f"{hashlib.sha256(text.encode()).hexdigest()}.{salt}")]


def origin_of(redirect_uri: str) -> str:
    """The origin as a browser writes it: in lower case, and without the port that goes without saying (RFC 6454 §6.1)."""
    uri = urlsplit(redirect_uri)
    host = uri.netloc.lower().removesuffix(":")
    return f"{uri.scheme}://{host.removesuffix(f':{PORTS.get(uri.scheme)}')}"

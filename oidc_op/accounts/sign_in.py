"""An attempt to sign in with a password: slowed down, looked at, counted and told."""

from __future__ import annotations

from typing import Any, NamedTuple

from oidc_op.events import SignInFailed
from oidc_op.interfaces import IProvider

from .editing import WORDS
from .throttle import Throttle


class Attempt(NamedTuple):
    """What came of it: the account, or seconds to wait before another is looked at, or neither."""

    account: Any = None
    retry_after: int = 0


def attempt(provider: IProvider, login: str, password: str) -> Attempt:
    """Look at a user name and a password; a failure is written down, so the answer to it is returned, not raised.

    :raises oidc_op.process.limits.LimitReached: a failure could not be counted, so it is not looked at.
    """
    login = login[: WORDS + 1]  # more is nobody's name, and is not worth the time that normalizing it takes
    address = _address(provider.request.environ)
    throttle = Throttle(provider, login, address)
    if wait := throttle.retry_after():
        return Attempt(retry_after=wait)
    throttle.check_room()
    account = provider.accounts.authenticate(login, password)
    if account is None:
        throttle.failed()
        provider.request.registry.notify(SignInFailed(provider, login, address))
        return Attempt()
    throttle.succeeded()
    return Attempt(account)


def _address(environ: Any) -> str:
    """Where the attempt comes from, as the server knows it.

    waitress takes the end of a forwarded ``::ffff:192.0.2.1`` for a port, and would leave all of IPv4 one address.
    """
    address, port = environ.get("REMOTE_ADDR", ""), environ.get("REMOTE_PORT", "")
    return f"{address}:{port}" if "." in port else address

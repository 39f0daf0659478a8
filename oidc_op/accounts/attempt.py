"""An attempt to sign in with a password: slowed down, looked at, counted and told."""

from __future__ import annotations

from typing import Any, NamedTuple

from oidc_op.events import SignInFailed

from .making import WORDS
from .throttle import Throttle


class Attempt(NamedTuple):
    """What came of it: the account, or seconds to wait before another is looked at, or neither."""

    account: Any = None
    retry_after: int = 0


def attempt(provider: Any, login: str, password: str) -> Attempt:
    """Look at a user name and a password; a failure is written down, so the answer to it is returned, not raised."""
    login = login[: WORDS + 1]  # more is nobody's name, and is not worth the time that normalizing it takes
    address = provider.request.remote_addr or ""
    throttle = Throttle(provider, login, address)
    if wait := throttle.retry_after():
        return Attempt(retry_after=wait)
    account = provider.accounts.authenticate(login, password)
    if account is None:
        throttle.failed()
        provider.request.registry.notify(SignInFailed(provider, login, address))
        return Attempt()
    throttle.succeeded()
    return Attempt(account)

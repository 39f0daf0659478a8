"""An attempt to sign in with a password: throttled, checked, counted and announced."""

from __future__ import annotations

from typing import NamedTuple

from oidc_op.events import SignInFailed, SignInThrottled
from oidc_op.interfaces import IAccount, IProvider
from oidc_op.model.address import address_of

from .editing import LONGEST_NAME
from .throttle import Throttle


class Attempt(NamedTuple):
    """The outcome: the account, or the seconds to wait before another attempt is looked at, or neither."""

    account: IAccount | None = None
    retry_after: int = 0


def attempt(provider: IProvider, login: str, password: str, *, device: str = "", client_id: str = "") -> Attempt:
    """Check a user name and a password. A failure is stored, so it is returned, not raised.

    ``device`` is the id of a browser in which this person has signed in before; ``client_id`` the client that has the
    password, where it does not come from a browser. Failures are counted by the first of them that is given, else by address.

    :raises oidc_op.process.limits.LimitReached: too many passwords wait to be hashed; nothing was checked.
    """
    login = login[: LONGEST_NAME + 1]  # a longer one is nobody's name, and not worth the time that normalizing it takes
    address = address_of(provider.request.environ)
    if device:
        throttle = Throttle.at_device(provider, login, device)
    elif client_id:
        throttle = Throttle.at_client(provider, login, client_id)
    else:
        throttle = Throttle.at_address(provider, login, address)
    notify = provider.request.registry.notify
    if wait := throttle.retry_after():
        notify(SignInThrottled(provider, login, address, wait))
        return Attempt(retry_after=wait)
    account = provider.accounts.authenticate(login, password)
    if account is None:
        throttle.failed()
        notify(SignInFailed(provider, login, address))
        return Attempt()
    throttle.succeeded()
    return Attempt(account)

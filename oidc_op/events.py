"""Events, for subscribers. They are sent inside the transaction, so a subscriber that raises an error vetoes what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oidc_op.interfaces import IProvider

from .model.change import Change
from .model.client import Client
from .model.grant import Grant


class Event:
    """Something that happened to ``provider`` in the course of ``provider.request``."""

    def __init__(self, provider: IProvider) -> None:
        self.provider = provider

    def after_commit(self, func: Callable[[], object]) -> None:
        """Call ``func`` once this is certain: the way to send mail or call out, since a retried request tells again."""
        self.provider.request.tm.get().addAfterCommitHook(lambda committed: func() if committed else None)


class ConsentAnswered(Event):
    """A person was asked whether ``client`` may have the ``scopes``, and said what they want."""

    def __init__(self, provider: IProvider, account: Any, client: Client, scopes: tuple[str, ...]) -> None:
        super().__init__(provider)
        self.account, self.client, self.scopes = account, client, scopes


class ConsentGranted(ConsentAnswered):
    """A person allowed ``client`` the ``scopes``."""


class ConsentDeclined(ConsentAnswered):
    """A person did not allow ``client`` the ``scopes``."""


class ConsentRevoked(Event):
    """The account ``sub`` took back all that it had granted the client ``client_id``."""

    def __init__(self, provider: IProvider, sub: str, client_id: str) -> None:
        super().__init__(provider)
        self.sub, self.client_id = sub, client_id


class SignedIn(Event):
    """A person proved who they are; ``amr`` says how (RFC 8176)."""

    def __init__(self, provider: IProvider, sub: str, amr: tuple[str, ...]) -> None:
        super().__init__(provider)
        self.sub, self.amr = sub, amr


class SignInFailed(Event):
    """Somebody at ``address`` (as the server knows it) gave a wrong user name or password."""

    def __init__(self, provider: IProvider, login: str, address: str) -> None:
        super().__init__(provider)
        self.login, self.address = login, address


class SignInThrottled(Event):
    """Somebody at ``address`` tried to sign in after too many failures; nothing was checked.

    ``retry_after`` is seconds until another attempt is looked at.
    """

    def __init__(self, provider: IProvider, login: str, address: str, retry_after: int) -> None:
        super().__init__(provider)
        self.login, self.address, self.retry_after = login, address, retry_after


class SessionEnded(Event):
    """A person signed out, or somebody else signed in in their place: the session ``sid`` of the account ``sub`` is over.

    ``client`` is the one that asked for it, None where the person did so by themselves or a host told of it.
    ``provider.session`` is that of whoever signed in in their place, whose ``SignedIn`` comes next, or None.
    """

    def __init__(self, provider: IProvider, sub: str, sid: str, client: Client | None) -> None:
        super().__init__(provider)
        self.sub, self.sid, self.client = sub, sid, client


class TokenIssued(Event):
    """``client`` got tokens of ``grant``, through ``grant_type``."""

    def __init__(self, provider: IProvider, client: Client, grant: Grant, grant_type: str) -> None:
        super().__init__(provider)
        self.client, self.grant, self.grant_type = client, grant, grant_type


class GrantRevoked(Event):
    """``grant`` is dead with all that hung from it; ``reason`` says why in a few words."""

    def __init__(self, provider: IProvider, grant: Grant, reason: str) -> None:
        super().__init__(provider)
        self.grant, self.reason = grant, reason


class ConfigurationChanged(Event):
    """A client, an account or a key was made, changed or removed; ``change`` says which, by whom and why."""

    def __init__(self, provider: IProvider, change: Change) -> None:
        super().__init__(provider)
        self.change = change

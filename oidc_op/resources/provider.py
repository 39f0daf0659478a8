"""The provider: root of the tree, and everything that a request needs of it."""

from __future__ import annotations

import time
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from pyramid.decorator import reify
from zope.interface import implementer

from oidc_op.accounts.sign_in import Attempt, attempt
from oidc_op.accounts.stored import StoredAccounts
from oidc_op.config.configuration import Configuration
from oidc_op.config.settings import Settings
from oidc_op.history import HistoryStore
from oidc_op.interfaces import (
    IAccountsFactory,
    IClock,
    IConfiguration,
    IKeyCache,
    IMasterSecret,
    IProvider,
    ISettings,
    IStoreFactory,
    Request,
)
from oidc_op.model.client import Client
from oidc_op.model.session import Session
from oidc_op.protocol.clients import NOBODY
from oidc_op.protocol.key_cache import KeyCache
from oidc_op.protocol.keys import KeyRing
from oidc_op.security import PUBLIC

from .browser import Browser
from .device import device_of, remember_device


@implementer(IProvider)
class Provider:
    """The OpenID Provider, as this request sees it."""

    __parent__ = None
    __name__ = ""
    __acl__ = PUBLIC
    why = ""  # of what this request changes, for the history

    def __init__(self, request: Request) -> None:
        self.request = request
        self.configuration = cast("Configuration", request.registry.getUtility(IConfiguration))
        self.settings = cast("Settings", request.registry.getUtility(ISettings))

    @property
    def provider(self) -> Provider:
        return self

    def __getitem__(self, name: str) -> Any:
        endpoint = self.configuration.endpoints.get(name)
        if endpoint is None:
            raise KeyError(name)
        return endpoint(self, name)

    @reify
    def issuer(self) -> str:
        """The Issuer Identifier; in development it may come from the request, if its Host is one."""
        if self.settings.issuer:
            return self.settings.issuer
        origin = self.request.application_url
        try:
            urlsplit(origin).port  # noqa: B018  what is none raises here
        except ValueError:
            origin = "http://localhost"
        return f"{origin}{self.configuration.mount}"

    @reify
    def now(self) -> int:
        clock = self.request.registry.queryUtility(IClock) or time.time
        return int(clock())

    @reify
    def secret(self) -> Any:
        return self.request.registry.getUtility(IMasterSecret)

    @reify
    def store(self) -> Any:
        """The store, joined to this request's transaction; it opens nothing before it is asked for something.

        Changes of configuration are written to its history.
        """
        return HistoryStore(self.request.registry.getUtility(IStoreFactory)(self.request), self)

    @reify
    def by(self) -> str:
        """The author of the changes of this request: the ``sub`` of an account, or words. Code that knows better may set it."""
        return self.browser.known or str(self.request.authenticated_userid or NOBODY)

    def prefetch(self, **keys: str) -> None:
        """Tell the store which records will be read, by collection, beside the session of this browser.

        A store for which each read is a round trip then reads them together.
        """
        self.store.prefetch(**keys, **self.browser.expected)

    @reify
    def keys(self) -> KeyRing:
        return KeyRing(self, cast("KeyCache", self.request.registry.getUtility(IKeyCache)))

    @reify
    def accounts(self) -> Any:
        factory = self.request.registry.queryUtility(IAccountsFactory) or StoredAccounts
        return factory(self)

    @reify
    def browser(self) -> Browser:
        return Browser(self)

    @property
    def session(self) -> Session | None:
        """The session of this browser, or None."""
        return self.browser.session

    def url(self, *names: str, **query: str) -> str:
        """The absolute URL of the node at this path."""
        path = "/".join((self.issuer, *names)) if names else f"{self.issuer}/"
        return f"{path}?{urlencode(query)}" if query else path

    def authenticate(self, login: str, password: str, *, client_id: str = "") -> Attempt:
        """Try to sign in with a password, as the sign-in page does: throttled, failures counted, this browser remembered."""
        device = "" if client_id else device_of(self, login)
        outcome = attempt(self, login, password, device=device, client_id=client_id)
        if outcome.account is not None and not client_id:
            remember_device(self, login)
        return outcome

    def signed_in(self, sub: str, auth_time: int | None = None, amr: tuple[str, ...] = ()) -> Session:
        """Tell that this browser's person proved to be ``sub``, at ``auth_time`` (seconds since the epoch; now by default).

        For hosts with a sign-in of their own; the session's cookie goes out with the response of this request.
        """
        return self.browser.sign_in(sub, self.now if auth_time is None else auth_time, amr)

    def signed_out(self, client: Client | None = None) -> None:
        """Tell that this browser's person signed out: grants that hang from the session die with it.

        ``client`` is the one that asked for it, where one did.
        """
        self.browser.sign_out(client)

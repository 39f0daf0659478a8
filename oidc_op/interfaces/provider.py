"""The provider as one request sees it, and the utilities that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from oidc_op.accounts.sign_in import Attempt
    from oidc_op.config.configuration import Configuration
    from oidc_op.config.settings import Settings
    from oidc_op.model.client import Client
    from oidc_op.model.scope import Scope
    from oidc_op.model.session import Session
    from oidc_op.protocol.keys import KeyRing
    from oidc_op.resources.browser import Browser
    from oidc_op.secret import MasterSecret

    from .accounts import IAccounts
    from .pyramid import Request
    from .store import IHistoryStore


class IConfiguration(Interface):
    """The tables that directives fill: see ``oidc_op.config.configuration.Configuration``."""

    mount: str = Attribute("the path of the route prefix, empty at the root")
    endpoints: dict[str, Any] = Attribute("endpoint classes by name")
    steps: list[Callable[[Any], None]] = Attribute("the steps of an authorization, in order")
    checks: list[Any] = Attribute("the reasons to involve the person, in order")
    grant_types: dict[str, Callable[[Any], Any]] = Attribute("grant types by name")
    grant_parameters: dict[str, frozenset[str]] = Attribute("the parameters of each grant type, beside those of every request")
    client_authentication: dict[str, Callable[[Any, str], Any]] = Attribute("client authentication methods by name")
    response_modes: dict[str, Callable[..., Any]] = Attribute("response modes by name")
    response_parameters: list[Callable[[Any], list[tuple[str, str]]]] = Attribute("functions that add to authorization responses")
    scopes: dict[str, Scope] = Attribute("scopes by name")


class ISettings(Interface):
    """The settings, read once: see ``oidc_op.config.settings.Settings``."""


class IMasterSecret(Interface):
    """The master secret: see ``oidc_op.secret.MasterSecret``."""


class IKeyCache(Interface):
    """The signing keys in the memory of a process: see ``oidc_op.protocol.key_cache.KeyCache``."""


class IProvider(Interface):
    """The OpenID Provider, as one request sees it."""

    request: Request = Attribute("the request")
    settings: Settings = Attribute("the settings, read once at start-up")
    configuration: Configuration = Attribute("the tables that directives filled")
    issuer: str = Attribute("the Issuer Identifier, without a slash at its end")
    now: int = Attribute("seconds since the epoch, the same throughout a request")
    secret: MasterSecret = Attribute("the master secret")
    store: IHistoryStore = Attribute("the store; changes of its clients, accounts and keys are written to the history")
    keys: KeyRing = Attribute("the signing keys")
    accounts: IAccounts = Attribute("the people who can sign in")
    browser: Browser = Attribute("the browser, which has or has no session")
    session: Session | None = Attribute("the session of this browser, or None")
    by: str = Attribute("who changes the configuration: the sub of an account, or words; may be set")
    why: str = Attribute("why the configuration is changed, in words; may be set")

    def __getitem__(name: str) -> Any:
        """Return the endpoint of this name.

        :raises KeyError: there is none.
        """

    def prefetch(**keys: str) -> None:
        """Tell the store which records will be read, by collection: see ``IStore.prefetch``."""

    def authenticate(login: str, password: str, *, client_id: str = "") -> Attempt:
        """Try to sign in with a password; throttled, and failures are counted (``oidc_op.accounts.sign_in``).

        ``client_id`` is the client that has the password, where it does not come from the person's browser.
        """

    def signed_in(sub: str, auth_time: int | None = None, amr: tuple[str, ...] = ()) -> Session:
        """Begin a session: the person proved to be ``sub`` at ``auth_time`` (seconds since the epoch; now by default)."""

    def signed_out(client: Client | None = None) -> None:
        """End the session of this browser; ``client`` is the one that asked for it, where one did."""

    def url(*names: str, **query: str) -> str:
        """Return the absolute URL of the node at this path below the provider."""

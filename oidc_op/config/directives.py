"""Every directive that extends the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.exceptions import ConfigurationError

from oidc_op.claims import ScopeClaims, with_scopes_of
from oidc_op.interfaces import Configurator, IAccountsFactory, IClock, ICodes, IConfiguration, ISubject, IUserinfo
from oidc_op.model.scope import Scope

from .configuration import Configuration, configuration
from .setting_types import SettingType
from .settings import Declared
from .view_registration import add_oidc_view

HOOKS = "oidc hooks"


def set_oidc_subject(config: Configurator, subject: object) -> None:
    """Choose how an account becomes a ``sub``: a callable ``(account, client) -> str``, or the seed's ``(account)``."""
    _set(config, "subject", ISubject, config.maybe_dotted(subject))


def set_oidc_accounts(config: Configurator, factory: object) -> None:
    """Choose who can sign in: a callable ``(provider) -> IAccounts``. The store's own accounts are the default."""
    _set(config, "accounts", IAccountsFactory, config.maybe_dotted(factory))


def set_oidc_userinfo(config: Configurator, userinfo: object) -> None:
    """Choose who fills in the standard claims of an account: a callable ``(claims, account) -> claims``.

    ``claims`` holds every standard claim, empty, ``address`` as a dictionary. What stays empty is taken from the accounts, what
    becomes None is nobody's; keys it adds are dropped.
    """
    _set(config, "userinfo", IUserinfo, config.maybe_dotted(userinfo))


def set_oidc_clock(config: Configurator, clock: object) -> None:
    """Choose the clock: a callable that returns seconds since the epoch. Made for tests that let time pass."""
    _set(config, "clock", IClock, config.maybe_dotted(clock))


def set_oidc_codes(config: Configurator, codes: object) -> None:
    """Choose how authorization codes are made and found again: an ``ICodes``. By default they are handles to stored grants."""
    _set(config, "codes", ICodes, config.maybe_dotted(codes))


def add_oidc_id_token_hook(config: Configurator, hook: Any) -> None:
    """Change ID Tokens: a callable ``(id_token, account) -> id_token`` on the dictionary of claims; called in order.

    Or ``(id_token, account, grant, request)``; the seed's names ``user`` and ``token`` are understood, as keywords too.
    """
    hook = config.maybe_dotted(hook)
    _add(config, "id_token_hook", _name(hook), lambda: configuration(config).id_token_hooks.append(hook), hook)


def add_oidc_after_end_session_hook(config: Configurator, hook: Any) -> None:
    """Take part in signing out: a callable, called just before a session ends at ``end-session``; in order.

    ``(request, id_token=None, post_logout_redirect_uri=None, state=None, client=None, next_page=None) -> response or None``.
    ``id_token`` is the hint as it was sent, where it is valid; ``next_page`` is where the person goes next. A response is
    sent in place of what would follow: then the session stands, unless the hook calls ``signed_out`` of the provider.
    """
    hook = config.maybe_dotted(hook)
    _add(config, "after_end_session_hook", _name(hook), lambda: configuration(config).after_end_session_hooks.append(hook), hook)


def add_oidc_introspection_hook(config: Configurator, hook: Any) -> None:
    """Change what is answered of a live token (RFC 7662): a callable ``(introspection_response, bearer) -> introspection_response``.

    ``bearer`` is the ``oidc_op.protocol.bearer.Bearer`` that is asked about. Called in order; one that returns ``active`` as
    false withholds everything.
    """
    hook = config.maybe_dotted(hook)
    _add(config, "introspection_hook", _name(hook), lambda: configuration(config).introspection_hooks.append(hook), hook)


def add_oidc_scope(
    config: Configurator,
    name: str,
    title: str,
    description: str,
    claims: Any = None,
    claim_names: tuple[str, ...] = (),
    audience: str = "",
) -> None:
    """Offer a scope, or replace one: what people are told of it, and the claims that it adds.

    ``claims`` is a callable ``(account, client) -> dict`` or its dotted name; ``claim_names`` are standard claims.
    ``audience`` names the resource server that tokens with this scope are for: the ``client_id`` that it introspects them with.
    """
    scope = Scope(name, title, description, tuple(claim_names), config.maybe_dotted(claims), audience)
    _add(config, "scope", name, lambda: configuration(config).scopes.update({name: scope}), scope)


def add_oidc_scope_claims(config: Configurator, cls: object) -> None:
    """Offer the scopes that a class on ``oidc_op.claims.ScopeClaims`` describes; on top of those of the same names."""
    cls = config.maybe_dotted(cls)
    if not (isinstance(cls, type) and issubclass(cls, ScopeClaims)):
        raise ConfigurationError("must be a class on oidc_op.claims.ScopeClaims")

    def register() -> None:
        scopes = configuration(config).scopes
        scopes.update(with_scopes_of(cls, scopes))

    _add(config, "scope_claims", _name(cls), register, cls, order=1)  # after every add_oidc_scope, wherever it stands


def add_oidc_after_userlogin_hook(config: Configurator, hook: Any) -> None:
    """Have a say once somebody is signed in: a callable ``(request, user, client) -> response or None``.

    Asked each time that an authorization is decided, before the person is asked anything and after they have answered. A
    response goes to the browser; ``request.params`` has the parameters of the authorization, and ``request.path_qs`` is
    where it goes on. Under ``prompt=none`` a response becomes ``interaction_required``.
    """
    hook = config.maybe_dotted(hook)
    _add(config, "after_userlogin_hook", _name(hook), lambda: configuration(config).after_userlogin_hooks.append(hook), hook)


def add_oidc_authorization_step(config: Configurator, step: object, *, before: str | None = None, after: str | None = None) -> None:
    """Put a step into the authorization: a callable ``(authorization) -> None`` that raises what it refuses.

    ``before`` or ``after`` names a step of ``oidc_op.protocol.authorization.STEPS``; without either it comes just before
    the person is involved (``meet_interaction``).
    """
    step = config.maybe_dotted(step)
    _add(config, "authorization_step", _name(step), lambda: _insert(configuration(config).steps, step, before, after), step)


def add_oidc_interaction(config: Configurator, check: Any, *, before: str | None = None, after: str | None = None) -> None:
    """Add a reason to involve the person: an ``oidc_op.protocol.interaction.Check``; last where nothing else is said."""
    check = config.maybe_dotted(check)

    def register() -> None:
        checks = configuration(config).checks
        if before or after:
            _insert(checks, check, before, after)
        else:
            checks.append(check)

    _add(config, "interaction", check.name, register, check)


def add_oidc_grant_type(config: Configurator, name: str, grant_type: Any, *, parameters: tuple[str, ...] = ()) -> None:
    """Offer a grant type: a callable ``(token_request) -> Issued | Refused``.

    ``parameters`` are those that it reads beside those of every token request. A request that sends one twice is refused.
    """
    grant_type = config.maybe_dotted(grant_type)

    def register() -> None:
        configuration(config).grant_types[name] = grant_type
        configuration(config).grant_parameters[name] = frozenset(parameters)

    _add(config, "grant_type", name, register, grant_type)


def add_oidc_client_auth(config: Configurator, name: str, method: Any) -> None:
    """Offer a client authentication method: a callable that reads what a request presents, or returns None."""
    method = config.maybe_dotted(method)
    _add(config, "client_auth", name, lambda: configuration(config).client_authentication.update({name: method}), method)


def add_oidc_endpoint(config: Configurator, endpoint: Any) -> None:
    """Hang an endpoint into the tree: a class with ``name``, ``metadata`` and ``methods``.

    Tree, discovery, preflights and the answer to wrong methods come from this one call.
    """
    endpoint = config.maybe_dotted(endpoint)
    _add(config, "endpoint", endpoint.name, lambda: configuration(config).endpoints.update({endpoint.name: endpoint}), endpoint)
    endpoint.register(config)


def add_oidc_setting(config: Configurator, key: str, kind: SettingType, default: object, help: str) -> None:  # noqa: A002  as in settings.py
    """Declare a setting of an extension; read it as ``provider.settings.extension[key]``."""
    declared = Declared(key, kind, default, help)
    _add(config, "setting", key, lambda: None, declared)
    configuration(config).settings.append(declared)


def _set(config: Configurator, name: str, interface: Any, value: Any) -> None:
    intr = config.introspectable(HOOKS, name, config.object_description(value), name)
    config.action(interface, lambda: config.registry.registerUtility(value, interface), introspectables=(intr,))


def _add(config: Configurator, kind: str, name: str, register: Callable[[], object], value: Any, *, order: int = 0) -> None:
    discriminator = (f"oidc {kind}", name)
    intr = config.introspectable(HOOKS, discriminator, config.object_description(value), kind)
    intr["name"] = name
    config.action(discriminator, register, introspectables=(intr,), order=order)


def _name(func: Any) -> str:
    return f"{getattr(func, '__module__', '')}.{getattr(func, '__qualname__', repr(func))}"


def _insert(table: list[Any], item: Any, before: str | None, after: str | None) -> None:
    if not (before or after):
        before = "meet_interaction"
    names = [getattr(each, "name", None) or each.__name__ for each in table]
    wanted = before or after
    if wanted not in names:
        raise ConfigurationError(f"there is no {wanted!r} to put {_name(item)} beside; there are: {', '.join(names)}")
    table.insert(names.index(wanted) + (0 if before else 1), item)


def _mount(route_prefix: str | None) -> str:
    path = (route_prefix or "").strip("/")
    return f"/{path}" if path else ""


DIRECTIVES: Mapping[str, Callable[..., None]] = {
    directive.__name__: directive
    for directive in (
        set_oidc_subject,
        set_oidc_accounts,
        set_oidc_userinfo,
        set_oidc_clock,
        set_oidc_codes,
        add_oidc_id_token_hook,
        add_oidc_introspection_hook,
        add_oidc_after_end_session_hook,
        add_oidc_scope,
        add_oidc_scope_claims,
        add_oidc_after_userlogin_hook,
        add_oidc_authorization_step,
        add_oidc_interaction,
        add_oidc_grant_type,
        add_oidc_client_auth,
        add_oidc_endpoint,
        add_oidc_setting,
        add_oidc_view,
    )
}


def includeme(config: Configurator) -> None:
    config.registry.registerUtility(Configuration(_mount(config.route_prefix)), IConfiguration)
    for name, directive in DIRECTIVES.items():
        config.add_directive(name, directive)

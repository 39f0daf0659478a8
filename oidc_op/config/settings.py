"""Every setting: its name, its type and unit, its default, and one line of help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields
from typing import Any, NamedTuple

from oidc_op.interfaces import JSONMapping

from .setting_types import (
    SettingType,
    asset,
    boolean,
    count,
    count_or_none,
    days,
    dotted,
    dotted_list,
    issuer_url,
    opaque_or_jwt,
    origin,
    public_or_all,
    seconds,
    seconds_or_none,
    string,
    url,
)

PREFIX = "oidc."


class Declared(NamedTuple):
    """A setting as the table and the reference page show it."""

    key: str
    kind: SettingType
    default: Any
    help: str
    directive: str = ""
    feature: str = ""

    @property
    def name(self) -> str:
        """The attribute of ``Settings`` that holds it."""
        return self.key.removeprefix(PREFIX).replace(".", "_")


def setting(  # the words of the table
    kind: SettingType,
    default: Any,
    help: str,  # noqa: A002
    *,
    directive: str = "",
    feature: str = "",
    key: str = "",
) -> Any:
    """A line of the table.

    ``directive`` is the one that the setting is another door to, ``feature`` what it includes when it is true; ``key`` has
    dots where the field cannot.
    """
    return field(default=default, metadata={"kind": kind, "help": help, "directive": directive, "feature": feature, "key": key})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a provider, read once at start-up."""

    issuer: str = setting(issuer_url, "", "The Issuer Identifier, with the path of the mount; may be absent only in development.")
    hsts_expire: int = setting(
        seconds_or_none, 0, "How long browsers may reach this host by https alone (HSTS), said by pages; 0 says nothing of it."
    )
    trust_host_roles: bool = setting(
        boolean, False, "Whether the roles of a host's own accounts count in the console: admin and auditor. Those of the store do."
    )
    site_url: str = setting(origin, "", "The origin of oidc.issuer; where that is absent, the issuer is this and the path of the mount.")
    development: bool = setting(boolean, False, "For trying it out: the issuer may come from the request. Never in production.")
    secret_file: str = setting(string, "", "The file of the master secret, where OIDC_SECRET is not set; beside the ini file by default.")
    includes: tuple[str, ...] = setting(dotted_list, (), "Extensions and optional features to include, after the directives exist.")
    store: str = setting(dotted, "zodb", "Where things are kept: zodb, sql, memory, or the dotted name of a callable (request) -> IStore.")
    zodb_modules: tuple[str, ...] = setting(
        dotted_list, (), "Packages of the host whose objects may be in a ZODB that the provider opens, beside its own."
    )
    store_partitions: bool = setting(boolean, True, "Whether oidc-op init makes a partition for each day; only PostgreSQL has them.")
    provider_name: str = setting(string, "", "What pages call this provider; the host of the issuer where absent.")
    login_url: str = setting(url, "", "The host's own sign-in page, which gets the parameter next; ours is used where absent.")
    code_expire: int = setting(seconds, 600, "How long an authorization code may be redeemed.")
    token_expire: int = setting(seconds, 3600, "How long an access token is good.")
    idtoken_expire: int = setting(seconds, 600, "How long an ID Token is good.")
    refresh_token_expire: int = setting(seconds, 30 * 86400, "How long a grant can be refreshed, counted from its beginning.")
    refresh_retry_expire: int = setting(seconds_or_none, 30, "How long a lost answer to a refresh is given again; 0 for never.")
    session_expire: int = setting(seconds, 14 * 86400, "How long a person stays signed in, counted from the sign-in.")
    session_idle_expire: int = setting(
        seconds_or_none, 0, "How long a person stays signed in without coming here; 0 for as long as the session lasts."
    )
    skip_consent_expire: int = setting(days, 90, "How long a consent is remembered.")
    interaction_expire: int = setting(seconds, 3600, "How long a person may take over signing in and consenting.")
    pkce_required: str = setting(public_or_all, "public", "Which clients have to use PKCE for a code: public ones, or all.")
    pkce_plain: bool = setting(boolean, False, "Whether code_challenge_method plain is accepted, against RFC 9700.")
    sign_in_throttle: bool = setting(boolean, True, "Whether repeated wrong passwords are slowed down; false only for tests.")
    sign_in_failures: int = setting(
        count, 5, "Wrong passwords for an account from one address, known browser or client, after which attempts have to wait."
    )
    sign_in_failures_per_address: int = setting(
        count, 50, "Wrong passwords from an address (of IPv6, a /64) for whatever accounts; four times as many for a /48."
    )
    sign_in_failures_per_account: int = setting(
        count, 100, "Wrong passwords for an account from wherever; browsers in which its person has signed in before do not count."
    )
    client_failures: int = setting(
        count, 30, "Wrong secrets for a client from one address within five minutes, after which its requests have to wait."
    )
    default_scope: str = setting(string, "", "What is asked for where a request names no scope (RFC 6749 §3.3); refused where absent.")
    password_hash_queue: int = setting(count, 16, "Requests that may wait for a password to be hashed; more are refused with 503.")
    password_hash_concurrency: int = setting(count, 2, "How many passwords are hashed at the same time (28 ms and 19 MiB each).")
    max_grants_per_client: int = setting(
        count, 20, "Grants with a refresh token that an account may have with one client; oldest go first."
    )
    max_access_tokens_per_grant: int = setting(count, 16, "Live access tokens that one grant may have; oldest go first.")
    max_unused_codes: int = setting(
        count, 100, "Codes under prompt=none, for one account and client, that nobody redeemed; more are refused for a while."
    )
    max_unused_clients: int = setting(
        count, 1000, "Clients that registered themselves and got no token yet; one of the oldest goes for a new one."
    )
    unused_client_expire: int = setting(days, 7, "How long a client that registered itself may go without a token.")
    max_tickets: int = setting(
        count, 1_000_000, "One-time values and counts of wrong passwords that are remembered; none goes early, more are refused."
    )
    pack_from: int = setting(
        count_or_none, 16, "Megabytes from which on the file of grants is packed by the server, whenever it has doubled; 0 for never."
    )
    jwks_cache_expire: int = setting(
        seconds, 300, "How long clients may keep the JWKS; a rotated key is published that long before it signs."
    )
    discovery_cache_enable: bool = setting(boolean, False, "Whether clients may keep the discovery document without asking again.")
    discovery_cache_expire: int = setting(seconds_or_none, 86400, "How long they may keep it, where they may.")
    protect_audience: str = setting(
        string, "", "The audience that access tokens for views of this application may have, beside the issuer: a scope's audience."
    )
    access_token_format: str = setting(
        opaque_or_jwt, "opaque", "What access tokens are: opaque, or JWTs (RFC 9068) that others can check; a client may choose its own."
    )
    grant_type_password_enable: bool = setting(
        boolean,
        False,
        "Whether clients may register the grant type password, against RFC 9700.",
        feature="oidc_op.protocol.grants.password",
    )
    templates_authorize: str = setting(asset, "", "The template of the consent page; ours is used where absent.", key="templates.authorize")
    templates_error: str = setting(asset, "", "The template of the error page; ours is used where absent.", key="templates.error")
    accounts: str = setting(dotted, "", "Callable (provider) -> IAccounts.", directive="set_oidc_accounts")
    userinfo: str = setting(
        dotted, "", "Callable (claims, account) -> claims with the standard claims filled.", directive="set_oidc_userinfo"
    )
    idtoken_sub_generator: str = setting(dotted, "", "Callable (account) or (account, client) -> sub.", directive="set_oidc_subject")
    idtoken_processing_hook: tuple[str, ...] = setting(
        dotted_list, (), "Callables (id_token, account) -> id_token, called in order.", directive="add_oidc_id_token_hook"
    )
    introspection_processing_hook: tuple[str, ...] = setting(
        dotted_list,
        (),
        "Callables (introspection_response, client, id_token) -> introspection_response, called in order.",
        directive="add_oidc_introspection_hook",
    )
    introspection_validate_audience_scope: bool = setting(
        boolean, True, "Whether a client with the scope token_introspection sees tokens only of clients that its scope names."
    )
    introspection_response_scope_enable: bool = setting(boolean, True, "Whether introspection tells the scope of a token.")
    after_end_session_hook: tuple[str, ...] = setting(
        dotted_list,
        (),
        "Callables (request, id_token, post_logout_redirect_uri, state, client, next_page) called before a session ends.",
        directive="add_oidc_after_end_session_hook",
    )
    session_management_enable: bool = setting(
        boolean, False, "Whether clients can watch the sign-in (Session Management 1.0).", feature="oidc_op.extensions.session_management"
    )
    unauthenticated_session_management_key: str = setting(
        string, "", "What the browser state of people who are not signed in is made of; from the master secret where absent."
    )
    idtoken_include_claims: bool = setting(boolean, False, "Whether ID Tokens have the claims of the granted scopes, as userinfo has.")
    extra_scope_claims: tuple[str, ...] = setting(
        dotted_list, (), "Classes on oidc_op.claims.ScopeClaims, with scopes and claims of your own.", directive="add_oidc_scope_claims"
    )
    after_userlogin_hook: tuple[str, ...] = setting(
        dotted_list,
        (),
        "Callables (request, user, client) -> response or None, asked once somebody is signed in.",
        directive="add_oidc_after_userlogin_hook",
    )
    extension: JSONMapping = field(default_factory=dict)

    @property
    def code_challenge_methods(self) -> tuple[str, ...]:
        return ("S256", "plain") if self.pkce_plain else ("S256",)


def table(extension: Iterable[Declared] = ()) -> list[Declared]:
    """Every setting there is, those of extensions last."""
    return [*(_declared(each) for each in fields(Settings) if each.metadata), *extension]


def _declared(each: Field[Any]) -> Declared:
    line = each.metadata
    key = PREFIX + (line["key"] or each.name)
    return Declared(key, line["kind"], each.default, line["help"], line["directive"], line["feature"])

"""A client: what it registered (RFC 7591, OIDC Registration) and the rules that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from .redirect_uri import matches_but_for_the_port, origin_or_scheme

SECRET_METHODS = ("client_secret_basic", "client_secret_post")
STANDARD_SCOPE = "openid profile email address phone offline_access"


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party or OAuth client.

    Field names are RFC 7591's and OpenID Connect Registration's; ``require_consent`` (true means ask), ``reuse_consent``,
    ``pkce_or_nonce_required``, ``id_token_include_claims`` and ``owner`` are ours. ``created_at``, ``updated_at`` and
    ``valid_after`` are seconds since the epoch; grants made before ``valid_after`` are dead. ``updated_by`` is who changed it
    last. ``client_secret_digest`` is keyed with the master secret. ``client_secret_sealed`` is the secret itself, sealed with
    the master secret, of clients whose ID Tokens are signed with it (HS256). ``other`` keeps members that were registered but
    are not supported: pairs of name and JSON text. ``access_token_format`` is ``opaque``, ``jwt`` or "" for what the provider
    gives. ``dynamic`` says that it registered itself, and ``used_at`` when such a client got its first token, 0 until then.
    ``moved_at`` is when it got a redirect URI at another host, to which no earlier consent extends.
    """

    client_id: str
    client_name: str = ""
    application_type: str = "web"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ("code",)
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    token_endpoint_auth_method: str = ""  # unnamed: basic or post
    client_secret_digest: str = ""
    scope: str = ""
    id_token_signed_response_alg: str = "RS256"
    default_max_age: int | None = None
    client_uri: str = ""
    logo_uri: str = ""
    policy_uri: str = ""
    tos_uri: str = ""
    contacts: tuple[str, ...] = ()
    require_consent: bool = True
    reuse_consent: bool = True
    owner: str = ""
    created_at: int = 0
    valid_after: int = 0
    other: tuple[tuple[str, str], ...] = ()
    client_secret_sealed: str = ""
    access_token_format: str = ""
    updated_at: int = 0
    updated_by: str = ""
    dynamic: bool = False
    used_at: int = 0
    pkce_or_nonce_required: bool = True
    id_token_include_claims: bool = False
    moved_at: int = 0

    @property
    def key(self) -> str:
        return self.client_id

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.client_name or self.client_id

    @property
    def is_public(self) -> bool:
        """Whether it cannot keep a secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == "none"

    @property
    def is_unused(self) -> bool:
        """Whether it registered itself, and got no token yet."""
        return self.dynamic and not self.used_at

    @property
    def is_native(self) -> bool:
        """Whether it is installed on a device (RFC 8252)."""
        return self.application_type == "native"

    @property
    def auth_methods(self) -> tuple[str, ...]:
        """The ways in which it may authenticate; any one of them, but exactly one per request."""
        return (self.token_endpoint_auth_method,) if self.token_endpoint_auth_method else SECRET_METHODS

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes that it may ask for; the standard ones where it registered none."""
        return frozenset((self.scope or STANDARD_SCOPE).split())

    @property
    def places(self) -> tuple[str, ...]:
        """The origins of its ``redirect_uris`` and ``client_uri``, each once, as a Content-Security-Policy writes them."""
        uris = (*self.redirect_uris, self.client_uri) if self.client_uri else self.redirect_uris
        return tuple(dict.fromkeys(map(origin_or_scheme, uris)))

    @property
    def redirect_places(self) -> frozenset[str]:
        """The origins, or schemes, of its redirect URIs."""
        return frozenset(map(origin_or_scheme, self.redirect_uris))

    def allows_redirect(self, redirect_uri: str) -> bool:
        """Whether it registered this URI, byte for byte; native clients have any port on loopback (RFC 8252 §7.3)."""
        if redirect_uri in self.redirect_uris:
            return True
        return self.is_native and any(matches_but_for_the_port(uri, redirect_uri) for uri in self.redirect_uris)

"""The endpoints: one class each, with its name, its key in the discovery document, and how it may be asked."""

from __future__ import annotations

from typing import ClassVar

from oidc_op.config.view_registration import METADATA_ROUTE, ROUTE
from oidc_op.interfaces import Configurator

from .node import Node


class Endpoint(Node):
    """A place below the provider that requests go to.

    ``metadata`` is its key in the discovery document; ``methods`` are those it answers; ``cors`` says whether scripts of
    other sites may call it; ``page`` says whether people look at it, errors included; ``routes`` lead to it; ``head`` says
    whether HEAD is answered where GET is, which must then write nothing.
    """

    name: ClassVar[str] = ""
    metadata: ClassVar[str] = ""
    methods: ClassVar[tuple[str, ...]] = ("GET",)
    cors: ClassVar[bool] = False
    page: ClassVar[bool] = False
    head: ClassVar[bool] = True
    routes: ClassVar[tuple[str, ...]] = (ROUTE,)

    @classmethod
    def register(cls, config: Configurator) -> None:
        """Answer preflights and wrong methods."""
        for route in cls.routes:
            if cls.cors:
                config.add_oidc_view("oidc_op.views.methods.preflight", context=cls, request_method="OPTIONS", on=route)
            config.add_oidc_view("oidc_op.views.methods.wrong_method", context=cls, on=route)


class WellKnown(Endpoint):
    """The provider's metadata (RFC 8615)."""

    name = ".well-known"
    cors = True

    def __getitem__(self, name: str) -> Node:
        if name not in ("openid-configuration", "oauth-authorization-server"):
            raise KeyError(name)
        return DiscoveryEndpoint(self, name)

    @classmethod
    def register(cls, config: Configurator) -> None:
        DiscoveryEndpoint.register(config)


class DiscoveryEndpoint(Endpoint):
    """The discovery document (OIDC Discovery §4, RFC 8414 §3)."""

    cors = True
    routes = (ROUTE, METADATA_ROUTE)


class AuthorizationEndpoint(Endpoint):
    """Signs people in and asks for consent (RFC 6749 §3.1)."""

    name = "authorize"
    metadata = "authorization_endpoint"
    methods = ("GET", "POST")
    page = True
    head = False  # it may give out a code, which nobody would have asked to see


class TokenEndpoint(Endpoint):
    """Issues tokens to clients (RFC 6749 §3.2)."""

    name = "token"
    metadata = "token_endpoint"
    methods = ("POST",)
    cors = True


class UserInfoEndpoint(Endpoint):
    """Claims about the person (OIDC Core §5.3)."""

    name = "userinfo"
    metadata = "userinfo_endpoint"
    methods = ("GET", "POST")
    cors = True


class JwksEndpoint(Endpoint):
    """The provider's public keys (RFC 7517)."""

    name = "jwks"
    metadata = "jwks_uri"
    cors = True


class IntrospectionEndpoint(Endpoint):
    """Tells resource servers about a token (RFC 7662)."""

    name = "introspect"
    metadata = "introspection_endpoint"
    methods = ("POST",)


class RevocationEndpoint(Endpoint):
    """Revokes tokens (RFC 7009)."""

    name = "revoke"
    metadata = "revocation_endpoint"
    methods = ("POST",)
    cors = True


class EndSessionEndpoint(Endpoint):
    """Signs people out (RP-Initiated Logout 1.0)."""

    name = "end-session"
    metadata = "end_session_endpoint"
    methods = ("GET", "POST")
    page = True
    head = False  # it may end a session


class LoginPage(Endpoint):
    """Sign-in."""

    name = "login"
    methods = ("GET", "POST")
    page = True


class SelectAccountPage(Endpoint):
    """Account choice."""

    name = "select-account"
    methods = ("GET", "POST")
    page = True


class ConsentPage(Endpoint):
    """Consent."""

    name = "consent"
    methods = ("GET", "POST")
    page = True


class SignedInPage(Endpoint):
    """The page after a sign-in that no application asked for."""

    name = "signed-in"
    page = True

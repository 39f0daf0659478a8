"""The tree: URLs mapped to things, and who may use them."""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    for name in ("WellKnown", *ENDPOINTS):
        config.add_oidc_endpoint(f".endpoints.{name}")
    config.add_oidc_endpoint(".admin.Admin")


ENDPOINTS = (
    "AuthorizationEndpoint",
    "TokenEndpoint",
    "UserInfoEndpoint",
    "JwksEndpoint",
    "IntrospectionEndpoint",
    "RevocationEndpoint",
    "EndSessionEndpoint",
    "LoginPage",
    "SelectAccountPage",
    "ConsentPage",
    "SignedInPage",
)

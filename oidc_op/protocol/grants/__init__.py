"""The grant types, as a table."""

from typing import Any

from oidc_op.interfaces import Configurator, IConfiguration
from oidc_op.model.response_type import IMPLICIT

from .authorization_code import authorization_code
from .client_credentials import client_credentials
from .refresh_token import refresh_token

GRANTS = {"authorization_code": authorization_code, "refresh_token": refresh_token, "client_credentials": client_credentials}
#: The parameters of each, beside those of every token request; sent twice they are refused (RFC 6749 §3.2).
PARAMETERS = {
    "authorization_code": frozenset({"code", "redirect_uri", "code_verifier"}),
    "refresh_token": frozenset({"refresh_token"}),
}


def offered(configuration: Any) -> tuple[str, ...]:
    """Return the grant types that clients may register: those of the token endpoint, and ``implicit``, which never comes there."""
    return (*configuration.grant_types, IMPLICIT)


def includeme(config: Configurator) -> None:
    tables = config.registry.getUtility(IConfiguration)
    tables.grant_types.update(GRANTS)
    tables.grant_parameters.update(PARAMETERS)

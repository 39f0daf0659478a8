"""The grant types, as a table."""

from typing import Any

from oidc_op.interfaces import Configurator
from oidc_op.model.response_type import IMPLICIT

from .authorization_code import authorization_code
from .client_credentials import client_credentials
from .refresh_token import refresh_token

GRANTS = {"authorization_code": authorization_code, "refresh_token": refresh_token, "client_credentials": client_credentials}


def offered(configuration: Any) -> tuple[str, ...]:
    """Return the grant types that clients may register: those of the token endpoint, and ``implicit``, which never comes there."""
    return (*configuration.grant_types, IMPLICIT)


def includeme(config: Configurator) -> None:
    from oidc_op.config.directives import configuration

    configuration(config).grant_types.update(GRANTS)

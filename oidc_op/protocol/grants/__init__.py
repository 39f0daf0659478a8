"""The grant types, as a table."""

from typing import Any

from .authorization_code import authorization_code
from .refresh_token import refresh_token

GRANTS = {"authorization_code": authorization_code, "refresh_token": refresh_token}


def includeme(config: Any) -> None:
    from oidc_op.directives import configuration

    configuration(config).grant_types.update(GRANTS)

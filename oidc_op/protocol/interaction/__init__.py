"""Reasons to involve the person, as a table of checks."""

from oidc_op.interfaces import Configurator, IConfiguration

from .check import Check
from .consent import CONSENT
from .login import LOGIN
from .select_account import SELECT_ACCOUNT

CHECKS = (LOGIN, SELECT_ACCOUNT, CONSENT)

__all__ = ["CHECKS", "Check"]


def includeme(config: Configurator) -> None:
    config.registry.getUtility(IConfiguration).checks.extend(CHECKS)

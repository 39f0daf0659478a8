"""An extension that hashes passwords in no time, since thousands of people sign in here."""

from oidc_op.accounts.password import PasswordHasher
from oidc_op.interfaces import IPasswordHasher


def includeme(config):
    config.registry.registerUtility(PasswordHasher(2, time_cost=1, memory_cost=8), IPasswordHasher)

"""The embedded accounts: who can sign in where the host application brings no accounts of its own."""

from oidc_op.interfaces import Configurator, IPasswordHasher

from .password import PasswordHasher


def includeme(config: Configurator) -> None:
    settings = config.registry.oidc_settings
    config.registry.registerUtility(PasswordHasher(settings.password_hash_concurrency, settings.password_hash_queue), IPasswordHasher)

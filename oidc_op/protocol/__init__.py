"""The protocol, as the specifications have it: tables of steps, checks, grant types and methods, and their parts."""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    config.include(".authorization")
    config.include(".interaction")
    config.include(".response_modes")
    config.include(".grants")
    config.include(".client_authentication")

"""The views, one file per endpoint: find, ask, answer."""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    config.include(".admin")
    config.scan(".", ignore=[".undecodable", ".unroutable"])

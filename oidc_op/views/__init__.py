"""The views, one file per endpoint: find, ask, answer."""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    config.include(".routes")
    config.include(".page")
    config.include(".cors")
    config.include(".undecodable")
    config.include(".admin")
    config.scan(".", ignore=[".undecodable", ".unroutable"])

"""Routes, renderers and view derivers, registered before the first view that needs them.

A Configurator that commits each action at once (``autocommit``, ``pyramid.testing.setUp``) needs this order.
"""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    for name in (".routes", ".page", ".cors", ".undecodable"):
        config.include(name)

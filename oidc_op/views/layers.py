"""What every view stands on: routes, renderers and view derivers, there before the first view is registered.

A Configurator that commits each action at once (``autocommit``, ``pyramid.testing.setUp``) needs this order.
"""

from oidc_op.interfaces import Configurator


def includeme(config: Configurator) -> None:
    for name in (".routes", ".page", ".cors", ".undecodable"):
        config.include(name)

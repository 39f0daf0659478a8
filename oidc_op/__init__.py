"""An OpenID Connect Provider for Pyramid."""

from __future__ import annotations

from pathlib import Path

from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationExecutionError

from .startup import extend

__version__ = "0.1"


def main(global_config: dict[str, str], **settings: object) -> object:
    """The provider as an application of its own: what ``pserve`` serves."""
    if "here" in global_config:
        settings.setdefault("oidc.secret_file", str(Path(global_config["here"]) / "oidc_secret"))
    config = Configurator(settings=settings)
    config.include("oidc_op")
    config.include(".views.unroutable")
    config.include(".process.shutdown")
    config.include(".cli.control")
    try:
        return config.make_wsgi_app()
    except ConfigurationExecutionError as error:
        raise error.evalue from None  # its own lines are the last that an operator reads, not where Pyramid was


def includeme(config: Configurator) -> None:
    """The provider inside another Pyramid application, under the ``route_prefix`` that it is included with."""
    config.include(".startup.defaults")
    for package in ("pyramid_retry", "pyramid_tm", "pyramid_jinja2"):
        config.include(package)
    config.include(".process.retry_backoff")
    config.include(".config.directives")
    config.include(".startup.settings")
    config.include(".security")
    config.include(".startup.store")
    config.include(".accounts")
    config.include(".protocol")
    config.include(".views.layers")
    config.include(".resources")
    config.include(".views")
    config.include(".process.maintenance")
    config.include(".operator_log")
    extend(config)

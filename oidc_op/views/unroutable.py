"""Requests that no route takes, such as a path with a line break: refused in our own words, where the process is all ours."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPException

from oidc_op.interfaces import Configurator

from .errors import http_error
from .routes import provider_of


def includeme(config: Configurator) -> None:
    config.set_root_factory(provider_of)
    config.add_exception_view(http_error, context=HTTPException)

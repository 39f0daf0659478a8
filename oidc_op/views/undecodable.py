"""Paths below the mount that are not UTF-8: a plain 400, before anything else looks at them."""

from __future__ import annotations

from pyramid.exceptions import PredicateMismatch, URLDecodeError
from pyramid.response import Response

from oidc_op.config.configuration import configuration
from oidc_op.interfaces import Configurator, Request


def includeme(config: Configurator) -> None:
    mount = configuration(config).mount

    def undecodable(error: URLDecodeError, request: Request) -> Response:
        if not request.environ["PATH_INFO"].startswith(f"{mount}/"):
            raise PredicateMismatch  # then it is the host's
        return Response(b"the path is not UTF-8", status=400, content_type="text/plain", charset="utf-8")

    config.add_exception_view(undecodable, context=URLDecodeError)

"""A request for code that no client asked for: a command, or a look at the store when a server starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.interfaces import IRequestFactory
from pyramid.request import Request as PyramidRequest
from pyramid.request import apply_request_extensions
from pyramid.threadlocal import RequestContext

from oidc_op.interfaces import Registry, Request


@contextmanager
def script_request(registry: Registry) -> Iterator[Request]:
    """Give a request of the application, without a transaction.

    ``pyramid.scripting.prepare`` would also call the host's root factory, which may need a transaction and whatever else a
    served request has.
    """
    factory: Any = registry.queryUtility(IRequestFactory, default=PyramidRequest)
    request = factory.blank("/", environ={"REMOTE_ADDR": "127.0.0.1"})
    request.registry = registry
    context = RequestContext(request)
    context.begin()
    try:
        apply_request_extensions(request)
        yield request
    finally:
        request._process_finished_callbacks()  # noqa: SLF001  as pyramid.scripting does
        context.end()

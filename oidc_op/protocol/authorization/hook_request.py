"""The HTTP request as hooks of an authorization see it: with the parameters of the authorization, whichever way they came."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from oidc_op.interfaces import JSONObject

from .request import Authorization

INTERFACES = ("__implemented__", "__provides__")


class Shown:
    """A request class for hooks. It differs in environ and GET, and shares all other attributes with the real request."""

    __slots__ = ()

    @property
    def environ(self: Any) -> JSONObject:
        """The environ of a GET of the address at which the authorization goes on."""
        return self.shown[0] if hasattr(self, "shown") else self.__dict__["environ"]

    @property
    def GET(self: Any) -> Any:  # noqa: N802  webob's name
        """The parameters of the authorization."""
        mixed_into: Any = super()
        return self.shown[1] if hasattr(self, "shown") else mixed_into.GET


def hook_request(authorization: Authorization) -> Any:
    """The request of ``authorization`` for a hook: ``params`` are the authorization's, ``path_qs`` is where it goes on.

    A request that was posted, or that has been through pages, looks as one that came by GET. It shares its attributes with
    the real one: session, user, callbacks and whatever a host has put there.

    :raises InvalidRequest: it is too long (over 32 KiB).
    """
    request = authorization.provider.request
    base = request.__class__
    address = urlsplit(authorization.provider.url("authorize", resume=authorization.sealed()))
    known = {name: value for name, value in request.environ.items() if not name.startswith("webob._parsed")}
    get = {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "0", "wsgi.input": io.BytesIO()}
    asked = base({**known, **get, "QUERY_STRING": urlencode(authorization.params)}).GET
    cls = type(base.__name__, (Shown, base), {"__slots__": ("shown",), "__module__": base.__module__})
    for name in INTERFACES:  # as Pyramid does for classes made per request, lest zope.interface keeps each
        if hasattr(base, name):
            setattr(cls, name, getattr(base, name))
    shown: Any = object.__new__(cls)
    shown.__dict__ = request.__dict__
    shown.shown = {**known, **get, "QUERY_STRING": address.query, "PATH_INFO": _path_info(known, address.path)}, asked
    return shown


def _path_info(environ: JSONObject, path: str) -> str:
    """Return the part of ``path`` after ``SCRIPT_NAME``, as WSGI writes it (PEP 3333); PATH_INFO as it is where the two disagree."""
    decoded, script_name = unquote_to_bytes(path).decode("latin-1"), environ.get("SCRIPT_NAME", "")
    return decoded.removeprefix(script_name) if decoded.startswith(f"{script_name}/") else environ.get("PATH_INFO", "")

"""Our cookies: their names, and how they are read and sent (RFC 6265)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from oidc_op.interfaces import IProvider, Request, Response

UNSAFE = re.compile(r"[^A-Za-z0-9_~/-]")


@lru_cache(maxsize=256)  # bounded: in development, issuers may be made up by the Host header
def cookie_name(issuer: str, name: str) -> str:
    """``name``, kept apart from other providers on this host, and bound to it where TLS allows (RFC 6265bis §4.1.3.2)."""
    url = urlsplit(issuer)
    place = UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", url.path.strip("/")).replace("/", ".")
    return f"{'__Host-' if url.scheme == 'https' else ''}{name}{'.' + place if place else ''}"


def read_cookie(provider: IProvider, name: str) -> str:
    """The value of one of our cookies; "" where it is absent."""
    return cookie_value(provider.request, cookie_name(provider.issuer, name))


def cookie_value(request: Request, name: str) -> str:
    """The value of the cookie that has exactly this ``name``; "" where it is absent, or there are two.

    Split at semicolons alone (§5.4), and in linear time: a reader that is more lenient lets a cookie of a neighbouring host
    carry another one in its value.
    """
    pairs = (each.strip(" \t").partition("=") for each in request.environ.get("HTTP_COOKIE", "").split(";"))
    values = [value for key, _, value in pairs if key == name]
    return values[0] if len(values) == 1 else ""


def set_cookie(provider: IProvider, name: str, value: str | None, max_age: int | None = None) -> None:
    """Send a cookie with the response: for this host alone, out of scripts' reach; None removes it.

    It is sent only if the transaction of the request commits: a session that was rolled back must not replace the browser's.
    ``max_age`` is in seconds; None makes a cookie that ends with the browser.
    """
    name, secure = cookie_name(provider.issuer, name), provider.issuer.startswith("https:")

    def callback(_request: Request, response: Response) -> None:
        if value is None:
            response.delete_cookie(name, path="/")
        else:
            response.set_cookie(name, value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="Lax")

    request = provider.request
    request.tm.get().addAfterCommitHook(lambda committed: request.add_response_callback(callback) if committed else None)

"""Proof that a form came from our own page: a value derived from a cookie that no other site can set or read."""

from __future__ import annotations

import hmac
import re
import secrets

from pyramid.httpexceptions import HTTPBadRequest

from oidc_op.interfaces import Request
from oidc_op.resources.cookies import read_cookie, set_cookie

COOKIE, FIELD, PURPOSE = "oidc_csrf", "csrf_token", "csrf"
VALUE = re.compile(r"[A-Za-z0-9_-]{22}")


class ForgedForm(HTTPBadRequest):
    """A form without that proof: from another site, or from a browser that keeps no cookies."""


def csrf_token(request: Request) -> str:
    """Return the token that a form carries; set the cookie that belongs to it where there is none."""
    value = _value(request)
    if value is None:
        value = secrets.token_urlsafe(16)
        set_cookie(request.oidc_provider, COOKIE, value)
    return _token(request, value)


def check_csrf(request: Request, form: dict[str, str]) -> None:
    """:raises ForgedForm: the form does not carry it."""
    value = _value(request)
    if value is None or not hmac.compare_digest(_token(request, value).encode(), form.get(FIELD, "").encode()):
        raise ForgedForm


def _value(request: Request) -> str | None:
    value = read_cookie(request.oidc_provider, COOKIE)
    return value if VALUE.fullmatch(value) else None


def _token(request: Request, value: str) -> str:
    return request.oidc_provider.secret.digest(PURPOSE, value)

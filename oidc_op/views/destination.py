"""The page that a person asked for before they had to sign in; always a page of this provider."""

from __future__ import annotations

from urllib.parse import quote

from pyramid.response import Response

from oidc_op.interfaces import Request
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.secret import SecretError

from .page import see_other

FIELD = "next"
PURPOSE = "destination"
LONGEST = 2000  # characters


def sign_in_first(request: Request, path: str) -> Response:
    """To the sign-in page, ours or the host's, and from there to ``path``, which lies below the provider.

    Ours is told by a sealed value, so that nobody can make it lead to a place of theirs.
    """
    provider = request.oidc_provider
    path = path if len(path) <= LONGEST else path.partition("/")[0]
    hosts = provider.settings.login_url
    if hosts:
        return see_other(f"{hosts}{'&' if '?' in hosts else '?'}next={quote(provider.url(path), safe='')}")
    return see_other(provider.url("login", next=provider.secret.seal(PURPOSE, path.encode())))


def destination(request: Request, sealed: str | None) -> str | None:
    """The URL of the page that was wanted; None where none was.

    :raises InvalidRequest: nobody here sealed it.
    """
    if not sealed:
        return None
    provider = request.oidc_provider
    try:
        return provider.url(provider.secret.unseal(PURPOSE, sealed).decode())
    except (SecretError, UnicodeError):
        raise InvalidRequest("next is not ours") from None

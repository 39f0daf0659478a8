"""An API of books in a separate application: it introspects access tokens at the provider, or checks signed ones itself."""

import requests
from pyramid.config import Configurator
from pyramid.response import Response

from .signed import SignedTokens
from .tokens import NotAllowed, Tokens

BOOKS = ["Emma", "Persuasion"]


def books(request):
    token = request.registry.tokens.demand(request.headers.get("Authorization", ""), "books.read")
    return {"books": BOOKS, "read_by": token["client_id"]}


def not_allowed(error, request):
    """Return the error response of RFC 6750 §3."""
    return Response(status=error.status, headers={"WWW-Authenticate": error.challenge, "Cache-Control": "no-store"})


def provider_is_unreachable(error, request):
    """Return 503: the token cannot be checked now, which is not the client's fault."""
    return Response(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})


def main(global_config, **settings):
    """Return the application that ``pserve`` serves."""
    config = Configurator(settings=settings)
    kind = SignedTokens if settings.get("api.tokens") == "signed" else Tokens
    config.registry.tokens = kind(settings["api.issuer"], settings["api.client_id"], settings.get("api.client_secret"))
    config.add_route("books", "/books")
    config.add_view(books, route_name="books", request_method="GET", renderer="json")
    config.add_exception_view(not_allowed, context=NotAllowed)
    config.add_exception_view(provider_is_unreachable, context=requests.RequestException)
    return config.make_wsgi_app()

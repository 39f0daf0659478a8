"""The single exit to the client: success and error, query, fragment and form_post."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from oidc_op.interfaces import Configurator, IConfiguration

from .authorization_response import FormPost, Redirect
from .errors import OAuthError

Fields = list[tuple[str, str]]


def query(redirect_uri: str, fields: Fields) -> Redirect:
    """In the query, beside what the registered URI has there (RFC 6749 §4.1.2)."""
    glue = "" if redirect_uri.endswith(("?", "&")) else "&" if "?" in redirect_uri else "?"
    return Redirect(f"{redirect_uri}{glue}{encoded(fields)}", leaves=True)


def fragment(redirect_uri: str, fields: Fields) -> Redirect:
    """In the fragment (OAuth 2.0 Multiple Response Types §2.1)."""
    return Redirect(f"{redirect_uri}#{encoded(fields)}", leaves=True)


def form_post(redirect_uri: str, fields: Fields) -> FormPost:
    """In a form that the browser posts (OAuth 2.0 Form Post Response Mode §2)."""
    return FormPost(redirect_uri, fields)


MODES = {"query": query, "fragment": fragment, "form_post": form_post}


def encoded(fields: Fields) -> str:
    """``fields`` percent-encoded, in a way that form decoding and URI decoding read alike."""
    return "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in fields)


def respond(authorization: Any, fields: Fields) -> Redirect | FormPost:
    """Answer the client in the chosen response mode, with its ``state`` and our ``iss`` (RFC 9207)."""
    if "state" in authorization.params:
        fields = [*fields, ("state", authorization.params["state"])]
    fields = [*fields, ("iss", authorization.provider.issuer)]
    return authorization.provider.configuration.response_modes[authorization.response_mode](authorization.redirect_uri, fields)


def refuse(error: OAuthError) -> Redirect | FormPost | None:
    """Tell the client, or None where it is not known or not trusted yet, and the error is for a page."""
    authorization = error.authorization
    if authorization is None or not authorization.response_mode:
        return None
    return respond(authorization, [("error", error.error), ("error_description", error.description)])


def includeme(config: Configurator) -> None:
    config.registry.getUtility(IConfiguration).response_modes.update(MODES)

"""How an authorization request is answered: with a redirect, or with a form that the browser posts."""

from __future__ import annotations

from typing import NamedTuple


class Redirect(NamedTuple):
    """Go there by GET (303; RFC 9700 §4.12); ``leaves`` says that it is an address of the client."""

    location: str
    leaves: bool = False


class FormPost(NamedTuple):
    """Post ``fields`` to the client (OAuth 2.0 Form Post Response Mode)."""

    redirect_uri: str
    fields: list[tuple[str, str]]


Answer = Redirect | FormPost

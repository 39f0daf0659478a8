"""The types of client members: how a value is read, from JSON or from one line of text, and what it may be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from oidc_op.model.redirect_uri import fault_of_redirect_uri, fault_of_uri
from oidc_op.model.scope import split_scope

SECRET_CHARACTERS = range(0x20, 0x7F)  # VSCHAR (RFC 6749 appendix A)
SHORTEST_SECRET = 32  # characters; generated ones have 43


class Fault(ValueError):
    """A member has a wrong value; says the valid form, in words that follow the member's name."""


class MemberType(NamedTuple):
    """A type of member.

    ``form`` is the kind of field that a form has for it: ``line``, ``lines``, ``url``, ``seconds``, ``yes or no``, ``one of``
    or ``some of``. ``read`` makes the value of what JSON has for it, and raises Fault with the valid form.
    """

    form: str
    read: Callable[[Any], Any]

    def from_text(self, text: str) -> Any:
        """Return what one line of text means, as JSON has it: a list of words, a number, or the text itself."""
        if self.form in ("lines", "some of") and not text.startswith("["):
            return text.split()
        if self.form in ("line", "url", "one of"):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Fault("must be a string" if isinstance(value, list | dict) or value is None else "must be a string; quote it")
    if any(ord(each) < SECRET_CHARACTERS[0] or 0xD800 <= ord(each) <= 0xDFFF for each in value):  # noqa: PLR2004  surrogates
        raise Fault("must be text without control characters")
    return value


def _identifier(value: Any) -> str:
    text = _text(value)
    if not text or len(text) > 255 or any(ord(each) not in SECRET_CHARACTERS for each in text):  # noqa: PLR2004
        raise Fault("must have 1 to 255 printable ASCII characters")
    return text


def _secret(value: Any) -> str:
    text = _text(value)
    if len(text) < SHORTEST_SECRET or any(ord(each) not in SECRET_CHARACTERS for each in text):
        raise Fault(f"must have at least {SHORTEST_SECRET} printable ASCII characters")
    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Fault("must be true or false")
    return value


def _seconds(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise Fault("must be a whole number of seconds")
    return value


def read_list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise Fault("must be a list of strings")
    if "" in value:
        raise Fault("has an empty string in it")
    return tuple(dict.fromkeys(map(_text, value)))


def _uris(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise Fault("must be a list of strings")
    faults = [f"{each!r} {fault_of_redirect_uri(each)}" if each else "has an empty string in it" for each in value]
    if wrong := [fault for each, fault in zip(value, faults, strict=True) if not each or fault_of_redirect_uri(each)]:
        raise Fault("; ".join(dict.fromkeys(wrong)))
    return read_list(value)


def _url(value: Any) -> str:
    text = _text(value)
    if text and (fault_of_page(text) or urlsplit(text).scheme not in ("https", "http")):
        raise Fault("must be an http or https URL")
    return text


def fault_of_page(text: str) -> str:
    """Why ``text`` cannot be linked to, or ""."""
    return fault_of_uri(text.replace("http:", "https:", 1).partition("#")[0])


def _scope(value: Any) -> str:
    try:
        return " ".join(split_scope(_text(value)))
    except ValueError:
        raise Fault("must be scope values separated by single spaces") from None


def read_one_of(known: tuple[str, ...]) -> Callable[[Any], str]:
    """Return a reader of one of a few values."""

    def read(value: Any) -> str:
        if value not in known:
            raise Fault(f"must be one of {', '.join(known)}")
        return value

    return read


def read_some_of(known: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    """Return a reader of a list of some of a few values."""

    def read(value: Any) -> tuple[str, ...]:
        values = read_list(value)
        if unknown := [each for each in values if each not in known]:
            raise Fault(f"{', '.join(unknown)} is not offered here; known: {', '.join(known)}")
        return values

    return read


LINE = MemberType("line", _text)
LINES = MemberType("lines", read_list)
URL = MemberType("url", _url)
SECONDS = MemberType("seconds", _seconds)
YES_OR_NO = MemberType("yes or no", _boolean)
ONE_OF = MemberType("one of", _text)
SOME_OF = MemberType("some of", read_list)
IDENTIFIER = MemberType("line", _identifier)
SECRET = MemberType("line", _secret)
SCOPE = MemberType("line", _scope)
REDIRECT_URIS = MemberType("lines", _uris)

"""The type of each standard claim (OIDC Core §5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from oidc_op.model.scope import ADDRESS_CLAIMS, STANDARD_CLAIMS

STANDARD = frozenset(name for names in STANDARD_CLAIMS.values() for name in names)
BIRTHDATE = re.compile(r"(\d{4})(?:-(\d{2})-(\d{2}))?", re.ASCII)
SOME_LEAP_YEAR = 2000
LATEST = 100_000_000_000  # seconds: later moments are milliseconds, and somebody's mistake
LANGUAGE = re.compile(r"(?:[A-Za-z]{2,8}|[IiXx](?=-))(?:-[A-Za-z0-9]{1,8})*")  # RFC 5646 §2.1, without its registry
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
NOT_IN_URLS = re.compile(r"[^\x21-\x7e]|[<>\"\\^`{|}]")  # RFC 3986 §2; others are percent-encoded


def typed(name: str, value: Any) -> Any:
    """``value`` in the type that the standard claim ``name`` has, or None where it cannot be that."""
    read: Callable[[Any], Any] = TYPES.get(name, _string)
    return read(value)


def checked(name: str, value: Any) -> Any:
    """``value`` as ``typed`` has it, for a standard claim; any other as it is.

    :raises ValueError: it cannot be that.
    """
    kept = typed(name, value) if name in STANDARD else value
    if kept is None and name in STANDARD:
        raise ValueError(f"must be {FORMS[TYPES.get(name, _string)]} (OpenID Connect Core §5.1)")
    return kept


def _string(value: Any) -> str | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    text = str(value).strip()
    return None if text in ("", "null") else text


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _moment(value: Any) -> int | None:
    """Seconds since the epoch."""
    if isinstance(value, bool):
        return None
    try:
        moment = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if 0 < moment < LATEST else None


def _birthdate(value: Any) -> str | None:
    """A date, its year 0000 where that is kept back, or a year alone."""
    found = BIRTHDATE.fullmatch(str(value))
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    if year == 0 and found[2] is None:
        return None
    try:
        date(year or SOME_LEAP_YEAR, month, day)
    except ValueError:
        return None
    return found[0]


def _url(value: Any) -> str | None:
    text = _string(value)
    if text is None or NOT_IN_URLS.search(text):
        return None
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return text if url.scheme in ("https", "http") and url.hostname else None


def _language(value: Any) -> str | None:
    text = (_string(value) or "").replace("_", "-")  # en_US is what many systems call it
    return text if LANGUAGE.fullmatch(text) else None


def _zone(value: Any) -> str | None:
    text = _string(value) or ""
    known = _zones()
    return text if ZONE.fullmatch(text) and (text in known or not known) else None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """The names of the tz database; none where this machine has none."""
    return frozenset(available_timezones())


def _address(value: Any) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    return {name: text for name in ADDRESS_CLAIMS if (text := _string(value.get(name)))} or None


TYPES: dict[str, Callable[[Any], Any]] = {
    "profile": _url,
    "picture": _url,
    "website": _url,
    "birthdate": _birthdate,
    "zoneinfo": _zone,
    "locale": _language,
    "updated_at": _moment,
    "email_verified": _boolean,
    "phone_number_verified": _boolean,
    "address": _address,
}
FORMS: dict[Callable[[Any], Any], str] = {
    _string: "a string that is not empty",
    _url: "an https or http URL",
    _birthdate: "a date such as 1990-12-31, 0000-12-31 or 1990",
    _zone: "a time zone such as Europe/Berlin",
    _language: "a language such as en or pt-BR",
    _moment: "a number of seconds since 1970",
    _boolean: "true or false",
    _address: "an object with " + ", ".join(ADDRESS_CLAIMS[:3]) + " and the like",
}

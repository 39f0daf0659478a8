"""The types of settings: what each is called, its unit, and how it is read."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class SettingType(NamedTuple):
    """A type of setting: what it is called, its unit, and its parser, which raises ValueError with the valid form."""

    name: str
    unit: str
    parse: Callable[[str], Any]


def _boolean(text: str) -> bool:
    if text.lower() not in TRUE + FALSE:
        raise ValueError("must be true or false")
    return text.lower() in TRUE


def _whole(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) >= least):
            raise ValueError("must be a positive whole number" if least else "must be a whole number, 0 or more")
        return int(text)

    return parse


def _issuer(text: str) -> str:
    form = "must be an https URL without query or fragment (http only for a loopback host), such as https://id.example.com/openid"
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise ValueError(form) from None
    plain = not ({"?", "#", " ", "\\"} & set(text)) and text.isascii() and url.username is None
    if not (url.hostname and plain and (url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname)))):
        raise ValueError(form)
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(text: str) -> str:
    if not (text.startswith("/") and not text.startswith("//")) and urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("must be a path such as /login, or an http(s) URL")
    return text


def _one_of(*known: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be {' or '.join(known)}")
        return text

    return parse


def _origin(text: str) -> str:
    try:
        origin = _issuer(text)
    except ValueError:
        origin = text
    if urlsplit(origin).path or not urlsplit(origin).netloc:
        raise ValueError("must be an https origin (http only for a loopback host), such as https://id.example.com")
    return origin


def _asset(text: str) -> str:
    if not (":" in text or text.startswith("/")):
        raise ValueError("must be an asset such as mysite:templates/mine.jinja2, or an absolute path")
    return text


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split())


string = SettingType("string", "", str)
boolean = SettingType("boolean", "", _boolean)
seconds = SettingType("whole number", "seconds", _whole(1))
seconds_or_none = SettingType("whole number", "seconds", _whole(0))
days = SettingType("whole number", "days", _whole(1))
count = SettingType("whole number", "", _whole(1))
count_or_none = SettingType("whole number", "", _whole(0))
public_or_all = SettingType("public or all", "", _one_of("public", "all"))
opaque_or_jwt = SettingType("opaque or jwt", "", _one_of("opaque", "jwt"))
issuer_url = SettingType("URL", "", _issuer)
origin = SettingType("URL", "", _origin)
url = SettingType("URL or path", "", _url)
asset = SettingType("asset or path", "", _asset)
dotted = SettingType("dotted name", "", str)
dotted_list = SettingType("dotted names", "", _lines)
names = SettingType("words", "", _lines)

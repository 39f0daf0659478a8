"""Reading the settings of an application: values, defaults, and every fault that there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, replace
from typing import Any
from urllib.parse import urlsplit

from pyramid.exceptions import ConfigurationError

from oidc_op.interfaces import RawSettings

from .settings import PREFIX, Declared, Settings, table
from .suggestion import did_you_mean

STOPPED = "these settings stop the server:"


class RefusedSettings(ConfigurationError):
    """Settings that a provider cannot start with; says every fault, each on a line of its own."""


class Faults(list[str]):
    """The faults of the settings, collected, so that all are reported at once."""

    def stop(self) -> None:
        """:raises RefusedSettings: there is a fault."""
        if self:
            raise RefusedSettings("\n".join([STOPPED, *(f"  {fault}" for fault in self)]))


def read(given: RawSettings, faults: Faults) -> Settings:
    """The settings among ``given``; what is wrong is added to ``faults`` and its default taken."""
    values = {}
    for each in table():
        value = read_one(each, given, faults)
        if value is not MISSING:
            values[each.name] = value
    return Settings(**values)


def read_one(declared: Declared, given: RawSettings, faults: Faults) -> Any:
    """The value of one setting, or MISSING where it is absent or wrong."""
    value = given.get(declared.key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return MISSING
    if not isinstance(value, str):  # a host's own settings may be Python values
        value = " ".join(value) if isinstance(value, list | tuple) else str(value)
    try:
        return declared.kind.parse(value.strip())
    except ValueError as error:
        faults.append(f"{declared.key} = {value.strip()!r}: {error}")
        return MISSING


def with_issuer(settings: Settings, mount: str) -> Settings:
    """``settings`` with the issuer that the site's URL and the path of the mount make, where no other is given."""
    if settings.issuer or not settings.site_url:
        return settings
    return replace(settings, issuer=settings.site_url + mount)


def unknown(given: RawSettings, known: Iterable[str]) -> list[str]:
    """A fault for each ``oidc.*`` key that nobody declared, with the nearest that somebody did."""
    known = list(known)
    strange = sorted(key for key in given if key.startswith(PREFIX) and key not in known)
    return [f"{key}: there is no such setting{did_you_mean(key, known)}" for key in strange]


def check(settings: Settings, faults: Iterable[str] = ()) -> list[str]:
    """Faults that only show when settings are seen together; ``faults`` are those that were found before."""
    found = []
    told = any(fault.startswith(("oidc.issuer =", "oidc.site_url =")) for fault in faults)
    if not settings.issuer and not settings.development and not told:
        found.append("oidc.issuer is missing: the https URL that clients know this provider by, such as https://id.example.com")
    if settings.issuer and settings.site_url:
        mine, theirs = urlsplit(settings.issuer), urlsplit(settings.site_url)
        if (mine.scheme, mine.netloc) != (theirs.scheme, theirs.netloc):
            found.append(f"oidc.site_url = {settings.site_url!r}: must be the origin of oidc.issuer, {mine.scheme}://{mine.netloc}")
    return found

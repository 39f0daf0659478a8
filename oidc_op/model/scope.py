"""Scopes: how they are written (RFC 6749 §3.3), the standard ones and their claims (OIDC Core §5.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from oidc_op.interfaces import JSONMapping

TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")

#: Claims that each standard scope asks for (OIDC Core §5.4).
STANDARD_CLAIMS: dict[str, tuple[str, ...]] = {
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
ADDRESS_CLAIMS = ("formatted", "street_address", "locality", "region", "postal_code", "country")  # OIDC Core §5.1.1


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope that clients may ask for, in words for the person who is asked.

    ``claims`` names what it adds to the claims of the person; ``claims_of`` computes further ones:
    ``(account, client) -> dict``; so do methods of ``classes`` (``oidc_op.claims.ScopeClaims``). ``title`` and
    ``description`` may be translation strings: what ``str`` makes of them counts when a page is made. ``audience`` names the
    resource server that it is for, "" where that is the provider itself.
    """

    name: str
    title: str = ""
    description: str = ""
    claims: tuple[str, ...] = ()
    claims_of: Callable[[Any, Any], JSONMapping] | None = None
    audience: str = ""
    classes: tuple[type, ...] = ()


STANDARD_SCOPES = (
    Scope("openid", "Sign-in", "Know who you are here, by an identifier."),
    Scope("profile", "Profile", "See your name, picture and other parts of your profile.", STANDARD_CLAIMS["profile"]),
    Scope("email", "Email", "See your email address.", STANDARD_CLAIMS["email"]),
    Scope("address", "Address", "See your postal address.", STANDARD_CLAIMS["address"]),
    Scope("phone", "Phone", "See your phone number.", STANDARD_CLAIMS["phone"]),
    Scope("offline_access", "Stay connected", "Keep this access while you are away, until you revoke it."),
)


def split_scope(scope: str) -> tuple[str, ...]:
    """The scope values in ``scope``, in order, each once; empty where it is blank.

    :raises ValueError: a value has a character that RFC 6749 §3.3 does not allow.
    """
    values = tuple(dict.fromkeys(scope.split(" "))) if scope.strip(" ") else ()
    values = tuple(value for value in values if value)
    for value in values:
        if not TOKEN.fullmatch(value):
            raise ValueError("not a scope value")
    return values


def join_scope(scopes: Iterable[str]) -> str:
    """``scopes`` as the ``scope`` parameter writes them."""
    return " ".join(scopes)

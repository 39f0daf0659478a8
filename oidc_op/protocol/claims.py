"""The claims about a person that a client gets (OIDC Core §5.1, §5.4): the right ones, with the right JSON types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oidc_op.interfaces import IUserinfo
from oidc_op.model.client import Client
from oidc_op.model.scope import ADDRESS_CLAIMS, STANDARD_CLAIMS

from .subject import subject_of

BIRTHDATE = re.compile(r"\d{4}(-\d{2}-\d{2})?")  # OIDC Core §5.1


def claims_of(provider: Any, account: Any, client: Client, scopes: Iterable[str]) -> dict[str, Any]:
    """``sub`` and what ``scopes`` ask for of ``account``, without empty values."""
    known = provider.configuration.scopes
    asked = [known[scope] for scope in scopes if scope in known]
    names = {name for scope in asked for name in scope.claims}
    found: dict[str, Any] = {}
    if names:
        values = standard_claims(provider, account, tuple(scope.name for scope in asked))
        found = {name: value for name in values if name in names and (value := typed(name, values[name])) is not None}
    for scope in asked:
        if scope.claims_of is not None:
            found |= cleaned(scope.claims_of(account, client))
    return found | {"sub": subject_of(provider, account, client)}


def standard_claims(provider: Any, account: Any, scopes: tuple[str, ...]) -> Mapping[str, Any]:
    """Every standard claim of ``account``, from the accounts or from the hook that fills them in."""
    hook = provider.request.registry.queryUtility(IUserinfo)
    values = provider.accounts.claims(account, scopes)
    if hook is None:
        return values
    empty: dict[str, Any] = {name: "" for names in STANDARD_CLAIMS.values() for name in names}
    empty["address"] = dict.fromkeys(ADDRESS_CLAIMS, "")
    filled = hook(empty | {name: value for name, value in values.items() if name in empty}, account)
    return {name: filled[name] for name in empty if name in filled}


def cleaned(claims: Mapping[str, Any]) -> dict[str, Any]:
    """``claims`` without None, empty strings and empty dictionaries, at any depth; False and 0 stay."""
    result = {}
    for name, value in claims.items():
        kept = cleaned(value) if isinstance(value, Mapping) else value
        if kept is not None and kept not in ("", {}):
            result[name] = kept
    return result


def typed(name: str, value: Any) -> Any:
    """``value`` in the JSON type that OIDC Core §5.1 gives to the standard claim ``name``, or None where it has none."""
    return TYPES.get(name, _string)(value)


def _string(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _birthdate(value: Any) -> str | None:
    text = str(value)
    return text if BIRTHDATE.fullmatch(text) else None


def _address(value: Any) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    return {name: text for name in ADDRESS_CLAIMS if (text := _string(value.get(name)))} or None


TYPES: dict[str, Callable[[Any], Any]] = {
    "email_verified": _boolean,
    "phone_number_verified": _boolean,
    "updated_at": _number,
    "birthdate": _birthdate,
    "address": _address,
}

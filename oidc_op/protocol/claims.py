"""The claims about a person that a client gets (OIDC Core §5.1, §5.4): the right ones, with the right JSON types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oidc_op.claims import Asked, claims_by
from oidc_op.interfaces import IProvider, IUserinfo, JSONMapping, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.scope import ADDRESS_CLAIMS, STANDARD_CLAIMS, Scope

from .claim_types import STANDARD, typed
from .hooks import dictionary_of
from .subject import subject_of


def claims_of(provider: IProvider, account: Any, client: Client, scopes: Iterable[str]) -> JSONObject:
    """``sub`` and what ``scopes`` ask for of ``account``, without empty values."""
    scopes = tuple(scopes)
    known = provider.configuration.scopes
    asked = [known[scope] for scope in scopes if scope in known]
    names = {name for scope in asked for name in scope.claims}
    found: JSONObject = {}
    if names:
        values = standard_claims(provider, account, tuple(scope.name for scope in asked))
        found = {name: value for name in values if name in names and (value := typed(name, values[name])) is not None}
    for scope in asked:
        if scope.claims_of is not None:
            found |= _shaped(cleaned(dictionary_of(scope.claims_of, scope.claims_of(account, client))))
    found |= _shaped(_of_classes(provider, account, client, scopes, asked))
    return found | {"sub": subject_of(provider, account, client)}


def standard_claims(provider: IProvider, account: Any, scopes: tuple[str, ...]) -> JSONMapping:
    """Every standard claim of ``account``, from the hook that fills them in or from the accounts.

    What the hook leaves as empty as it got it is taken from the accounts; what it sets to None or removes is nobody's.
    """
    hook = provider.request.registry.queryUtility(IUserinfo)
    values = provider.accounts.claims(account, scopes)
    if hook is None:
        return values
    empty = no_claims()
    filled = dictionary_of(hook, hook(no_claims(), account))
    return {
        name: values.get(name, nothing) if filled[name] == nothing else filled[name] for name, nothing in empty.items() if name in filled
    }


def no_claims() -> JSONObject:
    """Every standard claim, empty, ``address`` as a dictionary of empty ones; each time a new one."""
    empty: JSONObject = {name: "" for names in STANDARD_CLAIMS.values() for name in names}
    empty["address"] = dict.fromkeys(ADDRESS_CLAIMS, "")
    return empty


def _of_classes(provider: IProvider, account: Any, client: Client, scopes: tuple[str, ...], asked: list[Scope]) -> JSONObject:
    """Return the claims that classes on ``ScopeClaims`` add; one instance of each class answers for all its scopes."""
    if not any(scope.classes for scope in asked):
        return {}
    userinfo = no_claims() | dict(standard_claims(provider, account, tuple(STANDARD_CLAIMS)))
    told = Asked(account, client, scopes, userinfo)
    made: dict[type, Any] = {}
    found: JSONObject = {}
    for scope in asked:
        for cls in scope.classes:
            if cls not in made:
                made[cls] = cls(told)
            found |= cleaned(dictionary_of(cls, claims_by(made[cls], scope.name)))
    return found


def _shaped(claims: JSONMapping) -> JSONObject:
    """``claims`` with those that have a standard name in their standard type, or not at all."""
    shaped = {name: typed(name, value) if name in STANDARD else value for name, value in claims.items()}
    return {name: value for name, value in shaped.items() if value is not None}


def cleaned(claims: JSONMapping) -> JSONObject:
    """``claims`` without None, empty strings and empty dictionaries, at any depth; False and 0 stay."""
    result = {}
    for name, value in claims.items():
        kept = cleaned(value) if isinstance(value, Mapping) else value
        if kept is not None and kept not in ("", {}):
            result[name] = kept
    return result

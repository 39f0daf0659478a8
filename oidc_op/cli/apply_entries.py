"""The entries of an apply file, compared with the store: a record to add or to put, and the difference it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from oidc_op.accounts.editing import checked_sub, new_account, text_of, with_password
from oidc_op.accounts.foreign import foreign
from oidc_op.config.suggestion import did_you_mean
from oidc_op.interfaces import IPasswordHasher, IProvider, JSONMapping, JSONObject
from oidc_op.model.account import Account
from oidc_op.model.client import Client
from oidc_op.protocol.claim_types import checked
from oidc_op.protocol.clients import RefusedMetadata, new_client, replaced_client
from oidc_op.protocol.registration import judge, metadata_of

from .account_warnings import NOT_A_STRING, as_written, doubts

MEMBERS = ("username", "password", "sub", "roles", "claims")
ABSENT, DRAWN = "(absent)", "(drawn)"


@dataclass
class Change:
    """One entry against what is there: ``before`` is None where it is new; ``made`` are secrets to print once."""

    what: str
    name: str
    collection: str
    before: object
    after: object
    difference: dict[str, tuple[object, object]]
    made: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    drawn: str = ""  # the member that is drawn anew each time, and kept the time that it is written

    @property
    def is_needed(self) -> bool:
        return self.before != self.after

    def write(self, provider: IProvider) -> None:
        collection = getattr(provider.store, self.collection)
        (collection.add if self.before is None else collection.put)(self.after)

    def data(self, *, secrets: bool) -> JSONObject:
        """Return the change as JSON has it."""
        shown = self._shown(secrets)
        difference = {name: {"before": before, "after": after} for name, (before, after) in shown.items()}
        verb = "add" if self.before is None else "change"
        return {"verb": verb, self.what: self._called(secrets), "difference": difference} | (self.made if secrets else {})

    def lines(self, *, secrets: bool) -> list[str]:
        """Return the change as lines of text."""
        verb = "add" if self.before is None else "change"
        lines = [f"{verb} {self.what} {self._called(secrets)}"]
        for name, (before, after) in self._shown(secrets).items():
            lines.append(f"    {name}: {told(after)}" if before is None else f"    {name}: {told(before)} -> {told(after)}")
        if secrets:
            lines += [f"    {name}: {value}  (not shown again)" for name, value in self.made.items()]
        return lines

    def _called(self, secrets: bool) -> str:  # noqa: FBT001  as above
        return DRAWN if self.drawn == "client_id" and not secrets else self.name

    def _shown(self, secrets: bool) -> dict[str, tuple[object, object]]:  # noqa: FBT001  as above
        """The difference; what is drawn is not known before it is written."""
        return self.difference if secrets or self.drawn not in self.difference else self.difference | {self.drawn: (None, DRAWN)}


def told(value: object) -> str:
    """A value as YAML has it: strings plain, all else as JSON."""
    if value is None:
        return ABSENT
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def described_client(provider: IProvider, entry: Mapping[str, object]) -> Change:
    """An entry without ``client_id`` is about the one client that has its ``client_name``.

    :raises RefusedMetadata: a member is unknown or wrong, or it could be about several clients.
    """
    before = _client_of(provider, entry)
    made = new_client(provider, entry) if before is None else replaced_client(provider, before, entry)
    after = made.client
    difference = _difference(metadata_of(before) if before else {}, metadata_of(after))
    if before is not None and before.client_secret_digest != after.client_secret_digest:
        difference["client_secret"] = ("(another)", "(changed)")
    shown = {"client_secret": made.client_secret} if made.client_secret else {}
    drawn = "" if before or "client_id" in entry else "client_id"
    return Change("client", after.client_id, "clients", before, after, difference, shown, made.warnings, drawn)


def _client_of(provider: IProvider, entry: Mapping[str, object]) -> Client | None:
    clients = provider.store.clients
    if "client_id" in entry:
        return clients.get(entry["client_id"]) if isinstance(entry["client_id"], str) else None
    name = entry.get("client_name")
    if not name:
        missing = ("client_id", "is missing; without it, client_name has to say which client this is")
        raise RefusedMetadata([missing, *judge(provider, entry).faults])
    found = [client for client in clients.records() if client.client_name == name]
    if len(found) > 1:
        listed = ", ".join(client.client_id for client in found)
        raise RefusedMetadata([("client_name", f"there are several clients called {name}; say which by its client_id: {listed}")])
    return found[0] if found else None


def described_account(provider: IProvider, entry: Mapping[str, object]) -> Change:
    """:raises RefusedMetadata: a member is unknown or wrong, or the people here are a host's."""
    if reason := foreign(provider):
        raise RefusedMetadata([("", reason)])
    values = _account_members(entry)
    accounts = provider.store.accounts
    before = accounts.named(values["username"])
    if before is None and values["sub"] and (other := accounts.get(values["sub"])):
        before = other  # renamed
    if before is None:
        return _new(provider, values)
    if values["sub"] not in ("", before.sub):
        raise RefusedMetadata([("sub", f"{before.username} has the sub {before.sub}, which never changes")])
    after = replace(before, username=values["username"], roles=values["roles"], claims=text_of(values["claims"]))
    difference = _difference(_shown(before), _shown(after))
    password, verifies = values["password"], provider.request.registry.getUtility(IPasswordHasher).verify
    if password and not verifies(before.password, password):
        after = with_password(provider, after, password)
        difference["password"] = ("(another)", "(changed)")
    if after != before:
        after = replace(after, updated_at=provider.now)
    return Change("account", after.username, "accounts", before, after, difference, warnings=doubts(values["roles"], values["claims"]))


def _new(provider: IProvider, values: JSONMapping) -> Change:
    from secrets import token_urlsafe

    password = values["password"] or token_urlsafe(12)
    account = new_account(provider, values["username"], password, sub=values["sub"], roles=values["roles"], claims=values["claims"])
    made = {} if values["password"] else {"password": password}
    difference, warnings = _difference({}, _shown(account)), doubts(values["roles"], values["claims"])
    return Change("account", account.username, "accounts", None, account, difference, made, warnings, "" if values["sub"] else "sub")


def _account_members(entry: JSONMapping) -> JSONObject:
    faults: list[tuple[str, str]] = []
    faults += [(name, f"there is no such member{did_you_mean(name, MEMBERS)}") for name in entry if name not in MEMBERS]
    strings = {name: value for name, value in entry.items() if name in ("username", "password", "sub") and not isinstance(value, str)}
    faults += [(name, "must be a string" if isinstance(value, list | dict) else NOT_A_STRING) for name, value in strings.items()]
    if not entry.get("username"):
        faults.append(("username", "is missing"))
    roles, claims = entry.get("roles") or (), entry.get("claims") or {}
    if not isinstance(roles, list | tuple) or not all(isinstance(each, str) for each in roles):
        faults.append(("roles", "must be a list of strings"))
    typed_claims: JSONObject = {}
    if not isinstance(claims, dict):
        faults.append(("claims", "must be a mapping"))
        claims = {}
    for name, value in claims.items():
        try:
            typed_claims[name] = checked(name, as_written(name, value))
        except ValueError as error:
            faults.append((f"claims.{name}", str(error)))
    if isinstance(entry.get("sub"), str) and entry["sub"]:
        try:
            checked_sub(entry["sub"])
        except ValueError as error:
            faults.append(("sub", str(error).removeprefix("sub ")))
    if faults:
        raise RefusedMetadata(faults)
    return {name: entry.get(name) or "" for name in ("username", "password", "sub")} | {"roles": tuple(roles), "claims": typed_claims}


def _shown(account: Account) -> JSONObject:
    claims = {f"claims.{name}": value for name, value in account.claim_values.items()}
    return {"username": account.username, "sub": account.sub, "roles": list(account.roles)} | claims


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name) and name != "client_id"}

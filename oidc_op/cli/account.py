"""Add accounts, give them passwords, list and remove them."""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Iterable

from oidc_op.accounts.editing import new_account, with_password
from oidc_op.accounts.foreign import foreign
from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.account import Account, normalized
from oidc_op.protocol.claim_types import STANDARD, checked

from . import add_verb, add_why
from .account_warnings import doubts
from .command import Command
from .console import Console, Refused
from .output import Answer, answer, columns, facts

EXAMPLES = """examples:
  oidc-op account add X.ini ann name="Ann Example" email=ann@example.com email_verified=true
  oidc-op account add X.ini root --role admin
  echo "correct horse battery staple" | oidc-op account password X.ini ann
A password is asked for, or read from standard input; --generate draws one and prints it once.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add = add_verb(verbs, "add", "add an account", epilog=EXAMPLES)
    add.add_argument("username")
    add.add_argument("--sub", default="", help="what clients call the person; drawn where absent, and never changed")
    add.add_argument("--role", action="append", default=[], help="admin or auditor; may be repeated")
    add.add_argument("--generate", action="store_true", help="draw a password and print it")
    add.add_argument("claim", nargs="*", metavar="claim=value", help="a standard claim, such as given_name=Ann")
    password = add_verb(verbs, "password", "give an account another password; it is signed out everywhere")
    password.add_argument("username")
    password.add_argument("--generate", action="store_true", help="draw a password and print it")
    add_verb(verbs, "list", "list the accounts")
    remove = add_verb(verbs, "remove", "remove an account; all that it granted dies")
    remove.add_argument("username")
    for each in (add, password, remove):
        add_why(each)


def needs_password(args: argparse.Namespace) -> bool:
    """Whether a password is to be read before the command is handed over."""
    return args.verb in ("add", "password") and not args.generate


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    if reason := foreign(provider):
        raise Refused(reason)
    return VERBS[args.verb](args, provider, console)


def _add(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    accounts = provider.store.accounts
    if accounts.named(args.username):
        raise Refused(f"there is an account {args.username} already")
    if args.sub and accounts.get(args.sub):
        raise Refused(f"there is an account with the sub {args.sub} already")
    claims = dict(_claim(each) for each in args.claim)
    password = _password(args, console)
    try:
        account = new_account(provider, args.username, password, sub=args.sub, roles=tuple(args.role), claims=claims)
    except ValueError as error:
        raise Refused(str(error)) from error
    accounts.add(account)
    return _shown(args, account, password, doubts(account.roles, claims))


def _password(args: argparse.Namespace, console: Console) -> str:
    if args.generate:
        return secrets.token_urlsafe(12)
    password = console.read_password(f"Password of {args.username}")
    if not password:
        raise Refused("no password was given; type one, write it to standard input, or have one drawn with --generate")
    return password


def _change_password(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    account = _find(provider, args.username)
    password = _password(args, console)
    try:
        provider.store.accounts.put(with_password(provider, account, password))
    except ValueError as error:
        raise Refused(str(error)) from error
    if args.generate:
        return _shown(args, account, password)
    return answer(args, {"changed": account.username}, [f"{account.username} has a new password, and is signed out everywhere."])


def _list(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    accounts = sorted(provider.store.accounts.records(), key=lambda account: normalized(account.username))
    rows = [("username", "sub", "roles", "name", "email")]
    rows += [(each.username, each.sub, " ".join(each.roles), str(each.claim_values.get("name", "")), each.email) for each in accounts]
    return answer(args, [data_of(each) for each in accounts], columns(rows) if accounts else ["There are no accounts."])


def _remove(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    account = _find(provider, args.username)
    provider.store.accounts.remove(account.sub)
    return answer(args, {"removed": account.username}, [f"Removed {account.username}; all that they granted is dead."])


def data_of(account: Account) -> JSONObject:
    """An account as an apply file writes it, without its password."""
    data: JSONObject = {"username": account.username, "sub": account.sub}
    return data | ({"roles": list(account.roles)} if account.roles else {}) | {"claims": account.claim_values}


def _shown(args: argparse.Namespace, account: Account, password: str, warnings: Iterable[str] = ()) -> Answer:
    data = data_of(account)
    if not args.generate:
        return answer(args, data, facts(data), warnings)
    data |= {"password": password}
    return answer(args, data, [*facts(data), "", "The password is not shown again."], warnings)


def _find(provider: IProvider, username: str) -> Account:
    account = provider.store.accounts.named(username) or provider.store.accounts.get(username)
    if account is None:
        raise Refused(f"there is no account {username}; oidc-op account list shows those there are")
    return account


def _claim(text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Refused(f"{text}: write it as claim=value")
    try:
        parsed = json.loads(value) if name == "address" or name not in STANDARD else value
    except ValueError:
        parsed = value
    try:
        return name, checked(name, parsed)
    except ValueError as error:
        raise Refused(f"{name} = {value!r} {error}") from error


VERBS = {"add": _add, "password": _change_password, "list": _list, "remove": _remove}


COMMAND = Command(add_arguments=add_arguments, run=run, needs_password=needs_password, examples=EXAMPLES)

"""Undo a change of a client or an account, as a change of its own; what was revoked stays revoked."""

from __future__ import annotations

import argparse

from oidc_op.accounts.foreign import foreign
from oidc_op.history import KINDS
from oidc_op.history.formatting import author_of
from oidc_op.history.undo import CannotUndo, undo
from oidc_op.interfaces import IProvider
from oidc_op.protocol.clients import RefusedMetadata

from . import add_common, add_why
from .command import Command
from .console import Console, Refused
from .history_format import add_name, data_of, lines_of, name_of
from .output import Answer, answer

EXAMPLES = """examples:
  oidc-op history X.ini client shop      shows the numbers
  oidc-op undo X.ini client shop 3 --why "they still need the old address"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    add_name(parser)
    parser.add_argument("number", metavar="NUMBER", type=int, help="of the change, as oidc-op history has it")
    add_why(parser)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    if args.kind == "account" and (reason := foreign(provider)):
        raise Refused(reason)
    name, kind = name_of(provider, args.kind, args.name), KINDS[args.kind]
    try:
        undone = undo(provider, kind, name, args.number)
    except RefusedMetadata as refused:
        faults = [f"{member}: {reason}" for member, reason in refused.faults]
        raise Refused(f"change {args.number} of {name} is not undone:", *faults) from refused
    except ValueError as error:
        said = f"change {args.number} of {name} is not undone: {error}" if isinstance(error, CannotUndo) else str(error)
        raise Refused(said) from error
    change = provider.store.changes.last(kind, name)
    if change is None:
        raise AssertionError  # it was made a moment ago
    author = author_of(provider, change.by)
    data, lines = data_of(change, author), list(lines_of(change, author))
    if undone.client_secret:
        data |= {"client_secret": undone.client_secret}
        lines += [f"client_secret  {undone.client_secret}", "", "The secret is not shown again."]
    return answer(args, data, lines, undone.warnings)


COMMAND = Command(add_arguments=add_arguments, run=run)

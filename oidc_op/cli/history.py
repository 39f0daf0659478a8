"""Show who changed a client, an account or a key, when, why and how."""

from __future__ import annotations

import argparse

from oidc_op.history import KINDS
from oidc_op.history.formatting import author_of
from oidc_op.interfaces import IProvider

from . import add_common
from .command import Command
from .console import Console
from .history_format import add_name, data_of, lines_of, name_of
from .output import Answer, answer

EXAMPLES = """examples:
  oidc-op history X.ini client shop
  oidc-op history X.ini account ann        by user name or sub, also of an account that is gone
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    add_name(parser)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    name, changes = name_of(provider, args.kind, args.name), provider.store.changes
    told = [(change, author_of(provider, change.by)) for change in filter(None, map(changes.get, changes.of(KINDS[args.kind], name)))]
    return answer(args, [data_of(*each) for each in told], [line for each in told for line in lines_of(*each)])


COMMAND = Command(add_arguments=add_arguments, run=run)

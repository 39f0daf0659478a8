"""Show who changed a client, an account or a key, when, why and how."""

from __future__ import annotations

import argparse
from typing import Any

from oidc_op.journal import KINDS
from oidc_op.journal.words import author_of

from . import add_common
from .answer import Answer, answer
from .console import Console
from .told import add_name, data_of, lines_of, name_of

EXAMPLES = """examples:
  oidc-op history X.ini client shop
  oidc-op history X.ini account ann        by user name or sub, also of an account that is gone
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    add_name(parser)


def run(args: argparse.Namespace, provider: Any, console: Console) -> Answer:
    name, changes = name_of(provider, args.kind, args.name), provider.store.changes
    told = [(change, author_of(provider, change.by)) for change in map(changes.get, changes.of(KINDS[args.kind], name))]
    return answer(args, [data_of(*each) for each in told], [line for each in told for line in lines_of(*each)])

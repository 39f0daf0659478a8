"""Give back to the disk what was dropped; a server that runs goes on meanwhile."""

from __future__ import annotations

import argparse

from oidc_op.interfaces import IProvider

from . import add_common
from .command import Command
from .console import Console
from .output import Answer, answer
from .store_backend import asked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    told = "also forget the history of what is configured, but for the last DAYS days; it cannot be undone to before that, then"
    parser.add_argument("--history", type=int, metavar="DAYS", help=told)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    packed = asked(provider, "pack", console.tell, args.history)
    return answer(args, {"packed": packed}, [f"Packed {each}" for each in packed])


COMMAND = Command(add_arguments=add_arguments, run=run, is_long=True)

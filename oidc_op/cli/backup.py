"""Copy everything into a folder, while the server goes on; what was copied before is not copied again."""

from __future__ import annotations

import argparse
from pathlib import Path

from oidc_op.interfaces import IProvider

from . import add_common
from .command import Command
from .console import Console
from .output import Answer, answer
from .store_backend import asked

KEEP = (
    "Keep the master secret as well, and elsewhere: without it a backup is worth little, and together they are the provider.",
    "To bring it back: oidc-op restore X.ini FOLDER",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("folder", metavar="FOLDER", help="where copies are kept, for the owner alone; it is made where it is not there")
    parser.add_argument("--whole", action="store_true", help="copy all of it anew; else only what came since, where that is enough")


def handed_over(args: argparse.Namespace) -> list[str]:
    """The same command for a server, which is in another folder."""
    return ["backup", args.ini, str(Path(args.folder).absolute()), *(["--whole"] if args.whole else []), *(["--json"] if args.json else [])]


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    folder = Path(args.folder)
    written = asked(provider, "back_up", folder, console.tell, provider.secret, whole=args.whole)
    told = [f"Wrote {each}" for each in written] or ["Nothing has changed since the last backup."]
    keep = [line.replace("X.ini", args.ini).replace("FOLDER", str(folder)) for line in KEEP]
    return answer(args, {"written": written}, [*told, "", *keep])


COMMAND = Command(add_arguments=add_arguments, run=run, handed_over=handed_over, is_long=True)

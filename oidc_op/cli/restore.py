"""Bring back what oidc-op backup has copied; the server must not run."""

from __future__ import annotations

import argparse
from pathlib import Path

from oidc_op.secret import SecretError, read_secret
from oidc_op.store import StoreHeld, restore

from . import add_common
from .command import Command
from .console import Console, Refused
from .ini import settings_of
from .master_secret import path_of
from .output import answer
from .store_backend import without_a_server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("folder", metavar="FOLDER", help="the folder that oidc-op backup was given")
    parser.add_argument("--replace", action="store_true", help="put it in the place of what is there, which is lost")
    parser.add_argument(
        "--unverified", action="store_true", help="believe what is in FOLDER without its manifest: repozo made it, or its secret is lost"
    )


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """Restore all files into temporary ones before the first is replaced."""
    settings = settings_of(args.ini)
    if args.unverified:
        console.tell(f"--unverified: whoever could write into {args.folder} decides what the provider holds from now on")
    try:
        secret = None if args.unverified else read_secret(path_of(settings, args.ini))
        with without_a_server("restore"):
            made = restore(settings, Path(args.folder), console.tell, secret, replace=args.replace)
    except SecretError as error:
        raise Refused(f"{error}; it is what the backup is verified with, so put it back first, or say --unverified") from error
    except StoreHeld as held:
        raise Refused(f"{held.path} is held by process {held.pid}; stop it first, then restore") from held
    told = [f"Restored {each}" for each in made]
    answer(args, {"restored": made}, [*told, "", "The server needs the master secret that it had then."])(console)
    return 0


COMMAND = Command(add_arguments=add_arguments, run_alone=run_alone)

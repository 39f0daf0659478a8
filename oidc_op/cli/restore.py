"""Bring back what oidc-op backup has copied; the server must not run."""

from __future__ import annotations

import argparse
from pathlib import Path

from oidc_op.store import StoreHeld, restore

from . import add_common
from .console import Console, Refused
from .ini import settings_of
from .output import answer
from .store_backend import without_a_server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("folder", metavar="FOLDER", help="the folder that oidc-op backup was given")
    parser.add_argument("--replace", action="store_true", help="put it in the place of what is there, which is lost")


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """All is there before anything is replaced."""
    try:
        with without_a_server("restore"):
            made = restore(settings_of(args.ini), Path(args.folder), console.tell, replace=args.replace)
    except StoreHeld as held:
        raise Refused(f"{held.path} is held by process {held.pid}; stop it first, then restore") from held
    told = [f"Restored {each}" for each in made]
    answer(args, {"restored": made}, [*told, "", "The server needs the master secret that it had then."])(console)
    return 0

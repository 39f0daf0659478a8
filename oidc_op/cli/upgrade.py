"""Bring a store that an older version wrote to what this one reads."""

from __future__ import annotations

import argparse

from oidc_op.store import StoreHeld, upgrade

from . import add_common
from .command import Command
from .console import Console, Refused
from .ini import settings_of
from .output import answer
from .store_backend import without_a_server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """The steps are taken before there is an application, which would refuse to start."""
    try:
        with without_a_server("upgrade the store"):
            done = upgrade(settings_of(args.ini))
    except StoreHeld as held:
        raise Refused(str(held), "a store is upgraded while no server has it open") from held
    answer(args, {"done": done}, done or ["The store is up to date already."])(console)
    return 0


COMMAND = Command(add_arguments=add_arguments, run_alone=run_alone)

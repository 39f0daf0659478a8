"""Bring a store that an older version wrote to what this one reads."""

from __future__ import annotations

import argparse

from pyramid.exceptions import ConfigurationError

from oidc_op.store import StoreHeld, upgrade
from oidc_op.store.files import reason_of

from . import add_common
from .answer import answer
from .console import Console, Refused
from .ini import settings_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """The steps are taken before there is an application, which would refuse to start."""
    try:
        done = upgrade(settings_of(args.ini))
    except StoreHeld as held:
        raise Refused(str(held), "a store is upgraded while no server has it open") from held
    except ConfigurationError as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"cannot upgrade the store: {reason_of(error)}") from error
    answer(args, {"done": done}, done or ["The store is up to date already."])(console)
    return 0

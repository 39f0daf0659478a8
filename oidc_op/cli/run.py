"""Carrying a command out: in an application of its own, or in the server that holds the store."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.config import global_registries
from pyramid.exceptions import ConfigurationError
from pyramid.paster import get_app
from transaction.interfaces import TransientError

from oidc_op.interfaces import IProvider, IStoreBackend, Registry, Request
from oidc_op.process.script_request import script_request
from oidc_op.process.serving import not_serving
from oidc_op.store import AlreadyExists, StoreHeld, StoreUnavailable, close
from oidc_op.store.files import reason_of

from . import command_of
from .command import Command
from .console import Console, Refused, Unwritten
from .handover import hand_over
from .ini import settings_of
from .operator import who

ATTEMPTS = 5
AWAY = "the store is unavailable: {}"


def run(args: argparse.Namespace, argv: list[str], console: Console) -> int:
    """Carry out a parsed command; its exit status.

    :raises Refused: it cannot be done.
    """
    settings, command = settings_of(args.ini), command_of(args.command)
    if command.run_alone is not None:
        return command.run_alone(args, console)
    try:
        with command.before(args, settings), application(args.ini) as registry:
            return in_transaction(registry, command, args, console)
    except StoreHeld as held:
        return hand_over(held, command, args, argv, console)


@contextmanager
def quiet() -> Iterator[None]:
    """Meanwhile, only errors are logged: what is less is for a server's log."""
    log = logging.getLogger("oidc_op")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def application(ini: str) -> Iterator[Any]:
    """The registry of the application that ``ini`` describes, without a socket of its own.

    :raises Refused: it does not start.
    """
    try:
        with quiet(), not_serving():
            get_app(ini, options={"__script__": "bootstrap"})
    except StoreHeld:
        raise
    except OSError as error:
        raise Refused(reason_of(error)) from error
    except StoreUnavailable as error:
        raise Refused(AWAY.format(error)) from error
    except (ConfigurationError, LookupError, ValueError, ImportError) as error:
        raise Refused(*map(str.strip, str(getattr(error, "evalue", error)).splitlines())) from error
    registry = global_registries.last
    try:
        yield registry
    finally:
        close(registry)


def provider_of(request: Request, args: argparse.Namespace) -> IProvider:
    """Return the provider, which knows who changes it, and why."""
    provider = request.oidc_provider
    provider.by, provider.why = getattr(args, "by", "") or who(), getattr(args, "why", "")
    return provider


def in_transaction(registry: Registry, command: Command, args: argparse.Namespace, console: Console) -> int:
    """Run a command in a request and a transaction of its own; a lost race is run again.

    :raises Refused: by the command; nothing is kept.
    """
    if command.run is None:
        raise TypeError(f"{args.command} is not run in a transaction")
    console.read_password_for(command, args)  # kept there, until the command asks for it
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with script_request(registry) as request, request.tm:
                answer = command.run(args, provider_of(request, args), console)
        except AlreadyExists as error:
            raise Refused(f"there is a record called {error} already; nothing was changed") from error
        except TransientError:
            if attempt == ATTEMPTS:
                raise Refused("the store was too busy; try again") from None
            continue
        except StoreUnavailable as error:
            raise Refused(AWAY.format(error)) from error
        if (storage := registry.queryUtility(IStoreBackend)) is not None and storage.keeps_nothing:
            console.warn("warning: the store is in memory: nothing of this is kept once the command has ended")
        try:
            answer(console)
            console.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Unwritten(f"it was done, but the answer could not be written: {reason_of(error)}") from error
        return 0
    raise AssertionError

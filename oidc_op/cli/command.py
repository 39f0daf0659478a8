"""The parts of a command of ``oidc-op``; the module of each command ends with its ``COMMAND``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oidc_op.interfaces import IProvider

if TYPE_CHECKING:
    from .console import Console
    from .output import Answer


@contextmanager
def nothing_before(args: argparse.Namespace, settings: Mapping[str, object]) -> Iterator[None]:
    """Most commands need nothing that an application could not start without."""
    yield


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command: its arguments, and either ``run`` or ``run_alone``.

    ``run`` is called in a request and a transaction, by a server that holds the store or by an application of the command's
    own; ``run_alone`` where there must be no server, and returns the exit status. Both raise
    :py:exc:`~oidc_op.cli.console.Refused`. ``before`` is entered ahead of an application of the command's own, with the
    settings of its ini file.

    Of a command that a server is handed: ``handed_over`` are its arguments as the server gets them, whose working folder is
    another; ``needs_password`` says whether a password is read first, and ``files`` which files; ``is_long`` says that others
    are carried out beside it.
    """

    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, IProvider, Console], Answer] | None = None
    run_alone: Callable[[argparse.Namespace, Console], int] | None = None
    before: Callable[[argparse.Namespace, Mapping[str, object]], AbstractContextManager[None]] = nothing_before
    handed_over: Callable[[argparse.Namespace], list[str]] | None = None
    needs_password: Callable[[argparse.Namespace], bool] = lambda _args: False
    files: Callable[[argparse.Namespace], list[str]] = lambda _args: []
    is_long: bool = False
    examples: str = ""

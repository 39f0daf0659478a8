"""The command ``oidc-op``: what a site's operator does to a provider."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any, NoReturn

from oidc_op.interfaces import JSONObject
from oidc_op.store.files import reason_of

from .command import Command
from .console import Console, Refused, Unwritten, UsageError

MAINTENANCE = ("purge", "pack", "backup", "restore", "export", "import", "upgrade")
COMMANDS = ("init", "check", "client", "account", "key", "apply", "history", "undo", "settings", *MAINTENANCE)
LOOSE = ("member", "claim")  # arguments like redirect_uris=…, of which there may be many
REFUSED, USAGE = 1, 2


class NotUnderstood(Exception):
    """Arguments that make no command; says what would."""


class Parser(argparse.ArgumentParser):
    """Raises where argparse would end the process, which may be a server that was sent a command."""

    def error(self, message: str) -> NoReturn:
        raise NotUnderstood(f"{self.format_usage()}{self.prog}: error: {message}")


def main(argv: list[str] | None = None) -> int:
    """Carry out one command: 0 done, 1 refused, 2 not understood."""
    argv = sys.argv[1:] if argv is None else argv
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than names have
    console = Console(sys.stdin, sys.stdout, sys.stderr)
    try:
        status = _carried_out(argv, console)
        console.flush()
    except (Unwritten, OSError) as error:
        with suppress(OSError, ValueError):  # else Python tries once more at its end, and tells of it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            console.warn(f"oidc-op: {error if isinstance(error, Unwritten) else reason_of(error)}")
        return REFUSED
    except KeyboardInterrupt:
        return REFUSED
    return status


def _carried_out(argv: list[str], console: Console) -> int:
    try:
        args = parse(argv)
    except NotUnderstood as error:
        if "--json" in argv:
            console.show({"error": str(error).splitlines()})
        else:
            console.warn(str(error))
        return USAGE
    except SystemExit:  # it was asked for help, and gave it
        return 0
    try:
        from .run import run

        return run(args, argv, console)
    except Refused as refusal:
        return status_of(refusal, args, console)


def status_of(refusal: Refused, args: argparse.Namespace, console: Console) -> int:
    """Say why nothing was done; the exit status."""
    console.refuse(named(refusal, args.ini), as_json=args.json)
    return USAGE if isinstance(refusal, UsageError) else REFUSED


def named(refusal: Refused, ini: str) -> Refused:
    """``refusal``, its commands with the ini file that this one was given."""
    return type(refusal)(*(line.replace("X.ini", ini) for line in refusal.lines))


def parse(argv: list[str]) -> argparse.Namespace:
    """Parse ``argv``; members and claims may stand among the options.

    :raises NotUnderstood: it cannot be understood.
    :raises SystemExit: it asks for help, which was given.
    """
    known = parser()
    if not all(map(_is_text, argv)):
        known.error("an argument is not UTF-8 text")
    args, rest = known.parse_known_args(argv)
    loose = next((name for name in LOOSE if hasattr(args, name)), None)
    if rest and (loose is None or any(each.startswith("-") or "=" not in each for each in rest)):
        known.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest and loose is not None:
        setattr(args, loose, [*getattr(args, loose), *rest])
    return args


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; made once, since a running server parses many."""
    top = Parser("oidc-op", description="Look after an OpenID Provider. Each command names the ini file of its server.")
    top.add_argument("--version", action="version", version=f"oidc-op {version('oidc_op')}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        made = command_of(name)
        summary = (import_module(f".{name}", __name__).__doc__ or "").strip().partition("\n")[0]
        made.add_arguments(commands.add_parser(name, help=summary, description=summary, epilog=made.examples or None, **_form()))
    return top


def command_of(name: str) -> Command:
    """Return the command of this name."""
    command: Command = import_module(f".{name}", __name__).COMMAND
    return command


def add_verb(verbs: Any, name: str, summary: str, **options: Any) -> argparse.ArgumentParser:
    """A verb of a command, with the arguments that all have."""
    verb = verbs.add_parser(name, help=summary, description=summary, **_form(), **options)
    verb.set_defaults(verb=name)
    add_common(verb)
    return verb


def add_common(command: argparse.ArgumentParser) -> None:
    """The ini file, and ``--json``."""
    command.add_argument("ini", metavar="X.ini", help="the ini file of the server; X.ini#name for another section than main")
    command.add_argument("--json", action="store_true", help="say it as JSON, for programs")


def add_why(command: argparse.ArgumentParser) -> None:
    """Why something is changed."""
    command.add_argument("--why", default="", metavar="TEXT", help="why it is changed, for oidc-op history")


def _form() -> JSONObject:
    return {"formatter_class": argparse.RawDescriptionHelpFormatter}

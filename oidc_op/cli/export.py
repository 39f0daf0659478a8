"""Write all that the store holds to a file, from which oidc-op import puts it into another store of any kind."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from oidc_op.interfaces import IProvider
from oidc_op.model.records import RECORDS
from oidc_op.store.files import reason_of
from oidc_op.transfer import GROUPS, chosen
from oidc_op.transfer.exporter import export

from . import add_common
from .command import Command
from .console import Console, Refused, UsageError
from .output import Answer, answer, columns

EXAMPLES = """examples:
  oidc-op export X.ini everything.jsonl
  oidc-op export X.ini configuration.jsonl --only configuration
What has expired is left out. The file holds digests and sealed keys: it is of use only together with the master secret.
"""
TOLD = 50_000  # records, after which progress is told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("path", metavar="FILE", help="a new file, which only its owner may read; - for standard output")
    add_choice(parser)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose which kinds of records are moved."""
    names = ", ".join((*GROUPS, *RECORDS))
    parser.add_argument("--only", default="", metavar="NAMES", help=f"only these, separated by commas: {names}")
    parser.add_argument("--without", default="", metavar="NAMES", help="all but these, as grants,sessions")


def kinds_of(args: argparse.Namespace) -> tuple[str, ...]:
    """:raises UsageError: there is nothing called that."""
    try:
        return chosen(*([each for each in text.replace(",", " ").split() if each] for text in (args.only, args.without)))
    except ValueError as error:
        raise UsageError(str(error)) from error


@contextmanager
def before(args: argparse.Namespace, settings: Mapping[str, object]) -> Iterator[None]:
    """See that there is somewhere to write to, whoever does it.

    :raises Refused: there is not.
    """
    kinds_of(args)
    if args.path == "-":
        if sys.stdout.isatty():
            raise Refused("what is exported is not for a terminal: it has digests and sealed keys in it; name a file, or pipe it")
    else:
        args.path = str(Path(args.path).absolute())
        if Path(args.path).exists():
            raise Refused(f"{args.path} is there already; name a new file")
    yield


def handed_over(args: argparse.Namespace) -> list[str]:
    """Return the command for a server, with an absolute path."""
    options = [f"--{name}={value}" for name in ("only", "without") if (value := getattr(args, name))]
    return ["export", args.ini, args.path, *options, *(["--json"] if args.json else [])]


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    """The whole file is written before it has its name, so that one that has is complete."""
    writer, lines = export(provider, kinds_of(args), partial(progress(console), "exported"))
    if args.path == "-":
        for line in lines:
            console.say(line.rstrip("\n"))
    else:
        _write(Path(args.path), lines)
    rows = columns([("exported", ""), *((name, str(count)) for name, count in writer.counts.items())])
    if args.path != "-":
        return answer(args, {"file": args.path, "records": dict(writer.counts)}, rows)

    def beside(console: Console) -> None:
        for row in rows:
            console.warn(row)

    return beside


def _write(path: Path, lines: Iterator[str]) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=True)  # of mode 600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            Path(name).rename(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise Refused(f"cannot write {path}: {reason_of(error)}") from error


def progress(console: Console) -> Callable[[str, int], None]:
    """Tells now and then how many records were dealt with, and how."""

    def tell(doing: str, count: int) -> None:
        if count % TOLD == 0:
            console.warn(f"{doing} {count} records")

    return tell


COMMAND = Command(add_arguments=add_arguments, run=run, before=before, handed_over=handed_over, examples=EXAMPLES)

"""Put what oidc-op export wrote into a store, of whatever kind; run again, it goes on where it was interrupted."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from transaction.interfaces import TransientError

from oidc_op.interfaces import IStoreBackend, Registry
from oidc_op.process.script_request import script_request
from oidc_op.store import StoreHeld, StoreUnavailable, make_ready
from oidc_op.store.files import reason_of
from oidc_op.transfer.file_format import Faulty, Header
from oidc_op.transfer.importer import Import, NotImported

from . import add_common, add_why, export
from . import run as running
from .command import Command
from .console import Console, Refused, UsageError
from .ini import settings_of
from .output import answer, columns
from .store_backend import without_a_server

EXAMPLES = """example: move to another store
  oidc-op export X.ini everything.jsonl       then name the other store in X.ini
  oidc-op import X.ini everything.jsonl       the master secret stays the one that it was
"""
BRING = "an import needs the master secret that the exported store was made with; bring it along"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("path", metavar="FILE", help="what oidc-op export wrote; - for standard input")
    export.add_choice(parser)
    parser.add_argument("--replace", action="store_true", help="where a record is there already and differs, take the one of the file")
    add_why(parser)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """The store is made where it is missing, but no keys: those of the file are the ones that clients know."""
    settings, kinds = settings_of(args.ini), export.kinds_of(args)
    with _opened(args.path) as file:
        try:
            with without_a_server("make the store"):
                done = make_ready(settings)
                with running.application(args.ini) as registry:
                    return _import(args, registry, console, file, kinds, done)
        except StoreHeld as held:
            raise Refused(str(held), "an import goes into a store that no server has open") from held
        except Refused as refused:
            if any(line.startswith("oidc.secret_file") for line in refused.lines):
                raise Refused(*refused.lines, BRING) from refused
            raise


def _import(
    args: argparse.Namespace, registry: Registry, console: Console, file: IO[bytes], kinds: tuple[str, ...], done: list[str]
) -> int:
    transaction = _transactions(registry, args)
    with transaction() as provider:
        now, issuer = provider.now, provider.settings.issuer
    work = Import(file, transaction, kinds, now, args.replace, export.progress(console))
    try:
        header = work.run()
    except Faulty as error:
        raise Refused(f"{args.path}: {error}", *(["nothing was imported"] if not work.kept else [])) from error
    except NotImported as error:
        raise Refused(*error.lines) from error
    except TransientError as error:
        raise Refused("somebody else writes to the store; stop every server that has it, and import again") from error
    except StoreUnavailable as error:
        raise Refused(f"the store is unavailable: {error}; import again later, and it goes on where it was interrupted") from error
    data = {"done": done, "records": dict(work.counts), "written": {kind: work.written[kind] for kind in work.counts}}
    data["left_out"] = dict(work.left_out)
    rows = [("", "in the file", "written"), *((kind, str(count), str(work.written[kind])) for kind, count in work.counts.items())]
    all_of_it = "All the rest" if work.left_out else "All of it"
    ended = ", but for what had ended here" if args.replace else ""
    lines = [*done, *columns(rows), f"{all_of_it} is in the store as the file has it{ended}."]
    answer(args, data, lines, _warnings(registry, work, header, issuer))(console)
    return 0


def _warnings(registry: Registry, work: Import, header: Header, issuer: str) -> Iterator[str]:
    if header.issuer != issuer:
        theirs, ours = header.issuer or "an issuer without a name", issuer or "one without"
        yield f"the file is of {theirs}, and this is {ours}: what that one issued is not valid here"
    if left := ", ".join(f"{count} {kind}" for kind, count in work.left_out.items()):
        helps = "" if work.may_replace else "; --replace takes them all the same"
        yield f"left out, as the store has lived on and they may have ended in it: {left}{helps}"
    for kid in work.strange:
        yield f"the key {kid} was here before and may sign, though clients do not know it yet; oidc-op key retire X.ini {kid}"
    if (storage := registry.queryUtility(IStoreBackend)) is not None and storage.keeps_nothing:
        yield "the store is in memory: nothing of this is kept once the command has ended"


def _transactions(registry: Registry, args: argparse.Namespace) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def transaction() -> Iterator[Any]:
        with script_request(registry) as request, request.tm:
            provider = running.provider_of(request, args)
            provider.why = provider.why or "oidc-op import --replace"
            yield provider

    return transaction


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """The file, which is read more than once.

    :raises UsageError: it cannot be read.
    """
    try:
        if path == "-":
            file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  as below
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            file = Path(path).open("rb")  # noqa: SIM115  what fails while it is used is not about reading it
            if not file.seekable():  # a pipe
                with file as pipe:
                    file = tempfile.TemporaryFile()  # noqa: SIM115  as above
                    shutil.copyfileobj(pipe, file)
    except OSError as error:
        raise UsageError(f"cannot read {reason_of(error)}") from error
    with file:
        yield file


COMMAND = Command(add_arguments=add_arguments, run_alone=run_alone, examples=EXAMPLES)

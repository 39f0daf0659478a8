"""The control socket: a server that holds the store carries out the commands of those who find it held.

It lies beside the store, for the owner alone (mode 600). One request and one answer, each a line of JSON; before the answer,
whoever asks for it (``streams``) gets lines without a ``status``, about how far it is, or only that it is still at work.
"""

from __future__ import annotations

import argparse
import atexit
import io
import json
import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path

from pyramid.events import ApplicationCreated

from oidc_op.interfaces import Configurator, IStoreBackend, JSONObject, Registry
from oidc_op.process.serving import is_serving
from oidc_op.store import StoreHeld

from .console import Console, Refused
from .operator import who

log = logging.getLogger(__name__)
SUFFIX = ".sock"
PAUSE = 1.0  # seconds, before another try to listen
WAIT = 60.0  # seconds without a word, after which the other end is taken for dead
BEAT = 10.0  # seconds after which there is a word
MIB = 1024 * 1024
LIMIT = 16 * MIB  # bytes of a request; an apply file is the largest thing


def includeme(config: Configurator) -> None:
    """Listen once the application is made, where it holds a file."""
    config.add_subscriber(_listen, ApplicationCreated)


def hand_over(held: StoreHeld, args: argparse.Namespace, argv: list[str], console: Console) -> int:
    """Let the server that holds the store carry out a command; its output and exit status are passed on.

    :raises Refused: nobody listens there.
    """
    module = import_module(f".{args.command}", __package__)
    request: JSONObject = {"argv": argv, "files": {}, "password": None, "by": who(), "streams": True}
    if hasattr(module, "handed_over"):
        request["argv"] = module.handed_over(args)
    request["password"] = console.read_password_for(module, args)
    if hasattr(args, "file"):
        request["files"][args.file] = console.read_file(args.file)
    line = json.dumps(request, ensure_ascii=False).encode() + b"\n"
    if len(line) > LIMIT:
        raise Refused(f"a running server takes {LIMIT // MIB} MiB at once, and {args.file} is more: divide it, or stop the server first")
    try:
        with _reach(Path(held.path + SUFFIX)) as connection:
            connection.sendall(line)
            reply = _reply(connection, console)
    except (OSError, ValueError) as error:
        raise Refused(str(held), "it does not listen for commands, so stop it first") from error
    if args.json and not reply["stdout"]:  # it could not be understood there, or failed
        console.show({"error": reply["stderr"].removeprefix("oidc-op: ").splitlines()})
        return reply["status"]
    for each in reply["stderr"].splitlines():
        console.warn(each)
    for each in reply["stdout"].splitlines():
        console.say(each)
    return reply["status"]


def _reply(connection: socket.socket, console: Console) -> JSONObject:
    """The answer; what comes before it is said at once."""
    with connection.makefile("rb") as stream:
        while "status" not in (reply := json.loads(stream.readline())):
            if "told" in reply:
                console.tell(reply["told"])
    return reply


def _listen(event: ApplicationCreated) -> None:
    registry = event.app.registry
    storage = registry.queryUtility(IStoreBackend)
    held = storage.held_file if storage is not None else None
    if held is None or not is_serving():
        return
    path = Path(f"{held}{SUFFIX}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)  # whoever left it is gone: the store is ours
        with _address(path) as address:
            listener.bind(address)
        listener.listen(4)
    except OSError as error:
        log.warning("cannot listen for commands at %s: %s", path, error)
        listener.close()
        return
    finally:
        os.umask(before)
    atexit.register(_unlink, path, os.getpid())
    threading.Thread(target=_serve, args=(registry, listener), name="oidc-op control", daemon=True).start()


def _serve(registry: Registry, listener: socket.socket) -> None:
    """One command after the other, but for long ones, beside which others are carried out."""
    turn = threading.Lock()
    while True:
        try:
            connection, _ = listener.accept()
        except OSError as error:
            if listener.fileno() < 0:  # closed
                return
            log.warning("cannot take a command: %s", error)  # out of file descriptors, say: that passes
            time.sleep(PAUSE)
            continue
        threading.Thread(target=_hear, args=(registry, connection, turn), name="oidc-op command", daemon=True).start()


def _hear(registry: Registry, connection: socket.socket, turn: threading.Lock) -> None:
    with connection, suppress(OSError):
        connection.settimeout(WAIT)
        if not _is_owner(connection):
            return
        with connection.makefile("rb") as stream:
            line = stream.readline(LIMIT)
        wire = _Wire(connection)
        try:
            request = json.loads(line)
            with wire.beating() if request.get("streams") else nullcontext():
                reply = _answer(registry, request, wire, turn)
        except (Exception, SystemExit):  # whatever it was, the next command is to be heard
            log.exception("a command failed")
            reply = {"stdout": "", "stderr": "oidc-op: the server failed; its log says why", "status": 1}
        wire.send(reply)


class _Wire:
    """Lines of JSON to whoever asked, who may have gone."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def send(self, piece: JSONObject) -> None:
        with self._lock, suppress(OSError):
            self._connection.sendall(json.dumps(piece).encode() + b"\n")

    def tell(self, text: str) -> None:
        self.send({"told": text})

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Meanwhile, send a word now and then."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT):
                self.send({})

        thread = threading.Thread(target=beat, name="oidc-op beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _answer(registry: Registry, request: JSONObject, wire: _Wire, turn: threading.Lock) -> JSONObject:
    from . import USAGE, NotUnderstood, parse, status_of
    from .run import in_transaction

    stdin, stdout, stderr = io.StringIO((request["password"] or "") + "\n"), io.StringIO(), io.StringIO()
    console = Console(stdin, stdout, stderr, request["files"], wire.tell if request.get("streams") else None)
    try:
        args = parse(request["argv"])
        args.by = request.get("by", "")
    except NotUnderstood as error:
        return {"stdout": "", "stderr": str(error), "status": USAGE}
    module = import_module(f".{args.command}", __package__)
    try:
        with nullcontext() if getattr(module, "IS_LONG", False) else turn:
            status = in_transaction(registry, module, args, console)
    except Refused as refusal:
        status = status_of(refusal, args, console)
    return {"stdout": stdout.getvalue(), "stderr": stderr.getvalue(), "status": status}


def _is_owner(connection: socket.socket) -> bool:
    """Whether the other end is the same user, or root; the file's mode says so already, where it is honoured."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1] in (0, os.getuid())


@contextmanager
def _reach(path: Path) -> Iterator[socket.socket]:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection, _address(path) as address:
        connection.settimeout(WAIT)
        connection.connect(address)
        yield connection


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for ``path`` that is short enough for a socket's address (108 bytes), however deep it lies."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _unlink(path: Path, opened_by: int) -> None:
    if os.getpid() == opened_by:
        path.unlink(missing_ok=True)

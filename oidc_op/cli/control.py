"""The control socket: a server that holds the store carries out the commands of those who find it held (Linux only).

It lies beside the store, for the owner alone (mode 600). One request and one answer, each a line of JSON; before the answer,
whoever asks for it (``streams``) gets lines without a ``status``, about how far it is, or only that it is still at work.
"""

from __future__ import annotations

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
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import Any

from pyramid.events import ApplicationCreated

from oidc_op.interfaces import Configurator, IStoreBackend, JSONObject, Registry
from oidc_op.process.serving import is_serving

from . import USAGE, NotUnderstood, command_of, parse, status_of
from .console import Console, Refused
from .handover import LIMIT, SUFFIX, WAIT, short_address
from .run import in_transaction

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds, before another try to listen
BEAT = 10.0  # seconds after which there is a word


def includeme(config: Configurator) -> None:
    """Listen once the application is made, where it holds a file."""
    config.add_subscriber(_listen, ApplicationCreated)


def _listen(event: ApplicationCreated) -> None:
    registry = event.app.registry
    storage = registry.queryUtility(IStoreBackend)
    held = storage.held_file if storage is not None else None
    if held is None or not is_serving():
        return
    path = Path(f"{held}{SUFFIX}")
    try:
        path.unlink(missing_ok=True)  # whoever left it is gone: the store is ours
        with short_address(path) as address:
            listener = Listener(address, registry)
    except OSError as error:
        log.warning("cannot listen for commands at %s: %s", path, error)
        return
    atexit.register(_unlink, path, os.getpid())
    threading.Thread(target=listener.serve_forever, name="oidc-op control", daemon=True).start()


class Listener(ThreadingUnixStreamServer):
    """Hears commands, each in a thread; one is carried out after the other, but for long ones, which run beside them."""

    daemon_threads = True

    def __init__(self, address: str, registry: Registry) -> None:
        self.registry, self.turn = registry, threading.Lock()
        super().__init__(address, Conversation)

    def server_bind(self) -> None:
        before = os.umask(0o177)
        try:
            super().server_bind()
        finally:
            os.umask(before)

    def get_request(self) -> tuple[socket.socket, object]:
        try:
            return super().get_request()
        except OSError as error:  # out of file descriptors, say: that passes
            log.warning("cannot take a command: %s", error)
            time.sleep(PAUSE)
            raise

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether the other end is the same user, or root; the file's mode says so already, where it is honoured."""
        credentials = request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", credentials)[1] in (0, os.getuid())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone: ``handle`` meets every other error itself."""


class Conversation(StreamRequestHandler):
    """One request and its answer; whoever asked may have gone."""

    server: Listener
    timeout = WAIT

    def setup(self) -> None:
        super().setup()
        self._lock = threading.Lock()

    def handle(self) -> None:
        line = self.rfile.readline(LIMIT)
        try:
            request = json.loads(line)
            with self._beating() if request.get("streams") else nullcontext():
                reply = self._answer(request)
        except (Exception, SystemExit):  # whatever it was, the next command is to be heard
            log.exception("a command failed")
            reply = {"stdout": "", "stderr": "oidc-op: the server failed; its log says why", "status": 1}
        self._send(reply)

    def _answer(self, request: JSONObject) -> JSONObject:
        stdin, stdout, stderr = io.StringIO((request["password"] or "") + "\n"), io.StringIO(), io.StringIO()
        console = Console(stdin, stdout, stderr, request["files"], self._tell if request.get("streams") else None)
        try:
            args = parse(request["argv"])
        except NotUnderstood as error:
            return {"stdout": "", "stderr": str(error), "status": USAGE}
        args.by = request.get("by", "")
        command = command_of(args.command)
        try:
            with nullcontext() if command.is_long else self.server.turn:
                status = in_transaction(self.server.registry, command, args, console)
        except Refused as refusal:
            status = status_of(refusal, args, console)
        return {"stdout": stdout.getvalue(), "stderr": stderr.getvalue(), "status": status}

    def _send(self, piece: JSONObject) -> None:
        with self._lock, suppress(OSError):
            self.wfile.write(json.dumps(piece).encode() + b"\n")

    def _tell(self, text: str) -> None:
        self._send({"told": text})

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Meanwhile, send a word now and then."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT):
                self._send({})

        thread = threading.Thread(target=beat, name="oidc-op beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _unlink(path: Path, opened_by: int) -> None:
    if os.getpid() == opened_by:
        path.unlink(missing_ok=True)

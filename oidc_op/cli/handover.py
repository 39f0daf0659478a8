"""Handing a command over to the server that holds the store, by its control socket (Linux only)."""

from __future__ import annotations

import argparse
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oidc_op.interfaces import JSONObject
from oidc_op.store import StoreHeld

from .command import Command
from .console import Console, Refused
from .operator import who

SUFFIX = ".sock"
WAIT = 60.0  # seconds without a word, after which the other end is taken for dead
MIB = 1024 * 1024  # bytes
LIMIT = 16 * MIB  # bytes of a request; an apply file is the largest thing


def hand_over(held: StoreHeld, command: Command, args: argparse.Namespace, argv: list[str], console: Console) -> int:
    """Let the server that holds the store carry out a command; its output and exit status are passed on.

    :raises Refused: nobody listens there.
    """
    request: JSONObject = {"argv": command.handed_over(args) if command.handed_over else argv, "by": who(), "streams": True}
    request["password"] = console.read_password_for(command, args)
    request["files"] = {path: console.read_file(path) for path in command.files(args)}
    line = json.dumps(request, ensure_ascii=False).encode() + b"\n"
    if len(line) > LIMIT:
        named = ", ".join(request["files"])
        raise Refused(f"a running server takes {LIMIT // MIB} MiB at once, and {named} is more: divide it, or stop the server first")
    try:
        with _reach(Path(held.path + SUFFIX)) as connection:
            connection.sendall(line)
            reply = _reply(connection, console)
    except (OSError, ValueError) as error:
        raise Refused(str(held), "it does not listen for commands, so stop it first") from error
    if args.json and not reply["stdout"]:  # it could not be understood there, or failed
        console.show({"error": reply["stderr"].removeprefix("oidc-op: ").splitlines()})
        return int(reply["status"])
    for each in reply["stderr"].splitlines():
        console.warn(each)
    for each in reply["stdout"].splitlines():
        console.say(each)
    return int(reply["status"])


def _reply(connection: socket.socket, console: Console) -> JSONObject:
    """Return the answer; what comes before it is said at once."""
    with connection.makefile("rb") as stream:
        while "status" not in (reply := json.loads(stream.readline())):
            if "told" in reply:
                console.tell(reply["told"])
    answer: JSONObject = reply
    return answer


@contextmanager
def _reach(path: Path) -> Iterator[socket.socket]:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection, short_address(path) as address:
        connection.settimeout(WAIT)
        connection.connect(address)
        yield connection


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Give a name for ``path`` that is short enough for a socket's address (108 bytes), however deep it lies."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)

"""The provider as other programs meet it: a folder, an ini file, what ``oidc-op`` put there, and ``pserve``."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

START = 30  # seconds
COMMAND = 60  # seconds
END = 15  # seconds

FILES = {
    "zodbconn.uri": "file://%(here)s/data.fs?connection_pool_size=12",
    "zodbconn.uri.grants": "file://%(here)s/grants.fs?connection_pool_size=12",
}
UNTHROTTLED = {"oidc.sign_in_throttle": "false"}  # many sign in here, and some of them wrongly

INI = """\
[app:main]
use = egg:oidc_op
oidc.issuer = {issuer}
oidc.secret_file = %(here)s/oidc_secret
oidc.provider_name = Example Sign-in
{settings}

[pshell]
setup = oidc_op.cli.shell.setup

[server:main]
use = egg:waitress#main
listen = 127.0.0.1:{port}
threads = 8

[loggers]
keys = root, queue

[handlers]
keys = stderr

[formatters]
keys = line

[logger_root]
level = INFO
handlers = stderr

[logger_queue]
level = ERROR
handlers =
qualname = waitress.queue

[handler_stderr]
class = StreamHandler
args = (sys.stderr,)
formatter = line

[formatter_line]
format = %(asctime)s %(levelname)s %(name)s %(message)s
"""


class NotServed(Exception):
    """A command failed or the server did not come up; the text says why."""


class Served:
    """One provider; ``issuer`` is where clients find it, which may be a proxy in front of ``port``."""

    def __init__(self, folder: Path, *, port: int | None = None, issuer: str = "", settings: Mapping[str, str] | None = None) -> None:
        self.folder, self.port = folder, port or free_port()
        self.issuer = issuer or f"http://localhost:{self.port}"
        self.ini, self.log = folder / "provider.ini", folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        lines = "\n".join(f"{key} = {value}" for key, value in (FILES | UNTHROTTLED | dict(settings or {})).items())
        self.ini.write_text(INI.format(issuer=self.issuer, port=self.port, settings=lines))

    def set_up(self, registrations: Mapping[str, Any]) -> None:
        """Make secret, store and keys, and register ``registrations``: what ``oidc-op apply`` reads."""
        file = self.folder / "registrations.json"
        file.write_text(json.dumps(registrations))
        self.command("init")
        self.command("apply", str(file))

    def command(self, name: str, *arguments: str) -> str:
        """What an ``oidc-op`` command prints."""
        done = subprocess.run(
            [executable("oidc-op"), *name.split(), str(self.ini), *arguments],
            cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=COMMAND, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotServed(f"oidc-op {name} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Serve; what is wrong with that is said."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [executable("pserve"), str(self.ini)],
                cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        end = time.monotonic() + START
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if requests.get(f"http://localhost:{self.port}/.well-known/openid-configuration", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.05)
        self.stop()
        raise NotServed(f"the server did not answer; its log ends:\n{self.said()[-3000:]}")

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(END)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        """The log."""
        return self.log.read_text(errors="replace")


@contextmanager
def served(folder: Path, registrations: Mapping[str, Any], **options: Any) -> Iterator[Served]:
    """Serve a new provider until the block ends."""
    provider = Served(folder, **options)
    provider.set_up(registrations)
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def executable(name: str) -> str:
    """The program of this environment."""
    found = shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if found is None:
        raise NotServed(f"{name} is not installed here")
    return found


def environment() -> dict[str, str]:
    """Ours, without a secret that would stand above the folder's."""
    return {name: value for name, value in os.environ.items() if name != "OIDC_SECRET"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])

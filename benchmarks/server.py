"""A server for the benchmark: a temporary folder, an ini file and ``pserve``, removed at the end."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .accounts import write_apply_file
from .meter import Meter

ROOT = Path(__file__).resolve().parent.parent
START = 60.0  # seconds
PREPARE = 300.0  # seconds for one command; 64 passwords are hashed
POOL = "connection_pool_size=12&connection_cache_size=2000"

PROVIDER = """\
[app:main]
use = egg:oidc_op
oidc.issuer = http://127.0.0.1:%(port)s
oidc.secret_file = %(here)s/oidc_secret
oidc.sign_in_throttle = false
%(store)s
"""
FILES = f"""\
zodbconn.uri = file://%(here)s/data.fs?{POOL}
zodbconn.uri.grants = file://%(here)s/grants.fs?{POOL}"""

SEALED = PROVIDER + "oidc.includes = oidc_op.extensions.sealed_code\n"

FLOOR = f"""\
[app:main]
paste.app_factory = benchmarks.floor:main
issuer = http://127.0.0.1:%(port)s
zodbconn.uri = file://%(here)s/data.fs?{POOL}
tm.manager_hook = pyramid_tm.explicit_manager
tm.annotate_user = false
retry.attempts = 5
"""

REST = """
[server:main]
use = egg:waitress#main
listen = 127.0.0.1:%(port)s
threads = {threads}

[loggers]
keys = root, queue

[handlers]
keys = stderr

[formatters]
keys = line

[logger_root]
level = WARN
handlers = stderr

[logger_queue]
# more users than threads is what we want here, and no news
level = ERROR
handlers =
qualname = waitress.queue

[handler_stderr]
class = StreamHandler
args = (sys.stderr,)
formatter = line

[formatter_line]
format = %(levelname)s %(name)s %(message)s
"""


class ServingError(Exception):
    """The server did not come up; the text says why."""


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    name: str
    issuer: str
    meter: Meter


def run(folder: Path, *command: str) -> None:
    """Run one command to its end."""
    done = subprocess.run(
        [executable(command[0]), *command[1:]],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=PREPARE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ServingError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def executable(name: str) -> str:
    """The program of this environment."""
    found = shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if found is None:
        raise ServingError(f"{name} is not installed here: pip install -e .")
    return found


def environment() -> dict[str, str]:
    """Return our environment, without a secret that would replace the folder's."""
    return {name: value for name, value in os.environ.items() if name != "OIDC_SECRET"} | {"PYTHONPATH": str(ROOT)}


def prepare_provider(folder: Path, ini: Path) -> None:
    """Make the databases, the client and the accounts."""
    write_apply_file(folder / "clients.yaml")
    run(folder, "oidc-op", "init", str(ini))
    run(folder, "oidc-op", "apply", str(ini), str(folder / "clients.yaml"))


def prepare_floor(folder: Path, ini: Path) -> None:
    """The floor makes its database when it starts."""


RECIPES: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "oidc_op": (PROVIDER, prepare_provider),
    "sealed": (SEALED, prepare_provider),
    "floor": (FLOOR, prepare_floor),
}


@contextmanager
def served(name: str, threads: int, core: int | None, store: str = "") -> Iterator[Server]:
    """Serve one of the recipes until the block ends; ``store`` is the URL of a database that is there already."""
    app, prepare = RECIPES[name]
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as temporary:
        folder, port = Path(temporary), free_port()
        ini = folder / "bench.ini"
        text = (app + REST.format(threads=threads)).replace("%(store)s", sql(store) if store else FILES)
        ini.write_text(text.replace("%(port)s", str(port)))
        prepare(folder, ini)
        with running(folder, ini, port, core) as pid:
            yield Server(name, f"http://127.0.0.1:{port}", Meter(pid, folder))


@contextmanager
def running(folder: Path, ini: Path, port: int, core: int | None) -> Iterator[int]:
    """Serve an ini file until the block ends; yield the number of the process."""
    log = ini.with_suffix(".log")
    with log.open("wb") as said, on_core(core):
        process = subprocess.Popen(
            [executable("pserve"), str(ini)],
            cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        wait_until_ready(process, port, log)
        yield process.pid
    finally:
        stop(process)


def sql(url: str) -> str:
    """The settings of the store in a database; a percent sign stands for itself in an ini file when it is doubled."""
    return f"oidc.store = sql\nsqlalchemy.url = {url.replace('%', '%%')}"


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Run the processes that this block starts on one core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Request the discovery document until the server responds."""
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/.well-known/openid-configuration")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise ServingError(f"the server did not answer; its log ends:\n{log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process, firmly if it must be."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

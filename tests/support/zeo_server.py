"""A ZEO server with two storages in a folder, and the file by which a provider finds it."""

import socket
import subprocess
import time
from pathlib import Path

from served import END, START, NotServed, environment, executable, free_port
from ZEO.ClientStorage import ClientStorage
from ZODB import DB

from oidc_op.store.zodb.layout import ROOT

SERVER = """\
<zeo>
    address 127.0.0.1:{port}
</zeo>
<filestorage main>
    path {folder}/main.fs
</filestorage>
<filestorage grants>
    path {folder}/grants.fs
</filestorage>
"""
DATABASE = """\
<zodb {name}>
    pool-size 12
    cache-size 4000
    <clientstorage>
        server 127.0.0.1:{port}
        storage {name}
        server-sync {sync}
        wait-timeout {wait}
    </clientstorage>
</zodb>
"""
NAMES = ("main", "grants")
WAIT = 2  # seconds that a request waits for the server to be back


def answered(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether ``process`` listens on ``port`` before long."""
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


class ZEOServer:
    """``runzeo`` on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.log = folder, free_port(), folder / "zeo.log"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "runzeo.conf").write_text(SERVER.format(port=self.port, folder=folder))

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [executable("runzeo"), "-C", str(self.folder / "runzeo.conf")],
                cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        if not answered(self.port, self.process):
            self.stop()
            raise NotServed(f"the ZEO server did not answer; its log ends:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(END)

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def empty(self) -> None:
        """Forget what a provider keeps there."""
        for name in NAMES:
            storage = ClientStorage(("127.0.0.1", self.port), storage=name, wait_timeout=WAIT)
            database = DB(storage)
            with database.transaction() as connection:
                connection.root().pop(ROOT, None)
            database.close()

    def settings(self, *, sync: str = "true", wait: int = WAIT) -> dict[str, str]:
        """The settings of a provider that keeps its things there."""
        conf = self.folder / f"client-{sync}-{wait}.conf"
        named = [DATABASE.format(name=name, port=self.port, sync=sync, wait=wait) for name in NAMES]
        conf.write_text("\n".join(["%import ZEO", *named]))
        return {"zodbconn.uri": f"zconfig://{conf}#main", "zodbconn.uri.grants": f"zconfig://{conf}#grants"}

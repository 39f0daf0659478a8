"""A PostgreSQL server of the tests' own, on a port of its own, from the programs that the machine has."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from served import free_port

USER = "oidc"
START = 30  # seconds; after kill -9 the log is read again first
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "recovery_init_sync_method": "syncfs",  # after a crash: one call, not one for each of a thousand files
}


class PostgreSQL:
    """One server, its data and its socket in ``folder``."""

    def __init__(self, folder, log):
        self.folder, self.log, self.port = folder, log, free_port()
        self.password = secrets.token_hex(8)
        self.process = None
        self._as = _not_root(folder)

    def make(self):
        """The files of a new server. Who comes by the port needs the password."""
        file = self.folder / "password"
        file.write_text(self.password)
        if self._as:
            shutil.chown(file, self._as["user"], self._as["group"])
        self._run(
            "initdb", "-D", self.folder / "data", "-U", USER, "-A", "scram-sha-256", f"--pwfile={file}",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def start(self):
        """Serve; it is ready when this returns."""
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [_program("postgres"), "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder, *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as)
        end = time.monotonic() + START
        while True:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError as error:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise AssertionError(f"PostgreSQL does not answer: {error}\n{self.said()[-2000:]}") from error
                time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """End it in good order; who is connected is cut off."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(START)
            self.process = None

    def kill(self):
        """End it at once with everything that it started, as ``kill -9`` does."""
        self.process.send_signal(signal.SIGSTOP)  # so that it starts none meanwhile
        started = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, started)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def url(self, name, template="template1"):
        """Make the database ``name``, where it is not there yet; its URL as SQLAlchemy writes it."""
        if not self.run("SELECT 1 FROM pg_database WHERE datname = %s", name):
            self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return f"postgresql+psycopg://{USER}:{self.password}@127.0.0.1:{self.port}/{name}"

    def drop(self, name):
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, statement, *values, database="postgres"):
        """What a statement answers, in a connection of its own."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname=database, autocommit=True
        ) as connection:
            done = connection.execute(statement, values or None)
            return done.fetchall() if done.description else []

    def command(self, name, *arguments, folder=None):
        """What one of PostgreSQL's own programs prints."""
        server = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": USER, "PGPASSWORD": self.password, "PGDATABASE": "postgres"}
        done = subprocess.run(
            [_program(name), *arguments], cwd=folder, env=os.environ | server, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{name} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def said(self):
        return self.log.read_text(errors="replace")

    def _run(self, name, *arguments):
        done = subprocess.run(
            [_program(name), *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False, **self._as
        )
        assert done.returncode == 0, f"{name} failed:\n{done.stdout}{done.stderr}"


@contextmanager
def postgresql(folder=None):
    """A new server until the block ends; nothing stays of it, but for its log where a ``folder`` is given."""
    made = Path(tempfile.mkdtemp(prefix="oidc_op-pg-"))  # not pytest's: only its owner may enter that, and its name is long
    server = PostgreSQL(made, (folder or made) / "postgresql.log")
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(made, ignore_errors=True)


def _not_root(folder):
    """Who runs the server, since it refuses to be root's; the folder is theirs."""
    if os.geteuid() != 0:
        return {}
    for user in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(user)
            os.chown(folder, found.pw_uid, found.pw_gid)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise AssertionError("PostgreSQL refuses to be run by root, and there is neither a user postgres nor nobody")


def _program(name):
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name)
    assert found, f"{name} is missing: the tests need the server programs of PostgreSQL; on Debian: apt-get install postgresql"
    return found

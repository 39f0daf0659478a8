"""A database is shared by many processes: those that fork after the application was loaded, and commands beside a server."""

import json
import subprocess
import sys

import pytest
from served import Served

from oidc_op.cli import main
from oidc_op.store import make_ready

FORK = """
import os, sys, warnings
warnings.simplefilter("ignore")
from pyramid.config import Configurator
from pyramid.request import Request
from transaction import TransactionManager
from oidc_op.interfaces import IStoreFactory
from oidc_op.testing.contract.samples import session

config = Configurator(settings=dict(line.split(" ", 1) for line in sys.argv[1:]))
config.include("oidc_op.store")

def use(number):
    request = Request.blank("/")
    request.registry = config.registry
    request.tm = TransactionManager(explicit=True)
    with request.tm:
        store = config.registry.getUtility(IStoreFactory)(request)
        store.sessions.add(session(number))
        return len(store.sessions)

assert use(0) == 1  # a connection is open when it forks
children = []
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        for number in range(20):
            use(number)
        sys.exit(0)
assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
assert use(1) == 62, "the parent's connection is as it was"
"""


def test_children_of_a_process_that_has_loaded_the_application_use_connections_of_their_own(sql_settings):
    """As with gunicorn's --preload."""
    make_ready(sql_settings)
    command = [sys.executable, "-c", FORK, *(f"{key} {value}" for key, value in sql_settings.items())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def provider(tmp_path, postgresql_server):
    postgresql_server.drop("commands")
    url = postgresql_server.url("commands")
    provider = Served(tmp_path, settings={"oidc.store": "sql", "sqlalchemy.url": url})
    provider.set_up({"clients": [{"client_id": "before", "redirect_uris": ["https://rp.example/cb"]}]})
    provider.start()
    yield provider
    provider.stop()


def test_commands_work_beside_a_running_server_and_it_sees_what_they_did(provider):
    import requests

    (provider.folder / "more.json").write_text(
        json.dumps({"clients": [{"client_id": "after", "redirect_uris": ["https://rp.example/cb"]}]})
    )
    provider.command("apply", str(provider.folder / "more.json"))
    assert "after" in provider.command("client list")
    question = {"client_id": "after", "redirect_uri": "https://rp.example/cb", "response_type": "code", "scope": "openid", "prompt": "none"}
    answer = requests.get(f"{provider.issuer}/authorize", params=question, allow_redirects=False, timeout=30)
    assert answer.headers["Location"].startswith("https://rp.example/cb?")
    assert not [path for path in provider.folder.iterdir() if path.suffix == ".sock"]


def test_a_command_says_in_a_sentence_that_the_database_takes_nothing_at_present(provider, postgresql_server, monkeypatch, capsys):
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    postgresql_server.run("ALTER DATABASE commands SET default_transaction_read_only = on")
    try:
        assert main(["client", "add", str(provider.ini), "--redirect-uri", "https://rp.example/cb"]) == 1
    finally:
        postgresql_server.run("ALTER DATABASE commands RESET default_transaction_read_only")
    said = capsys.readouterr().err
    assert said == "oidc-op: the store is unavailable: cannot execute INSERT in a read-only transaction\n"


def test_no_command_tells_the_password_of_the_database(provider):
    password = provider.ini.read_text().partition("oidc:")[2].partition("@")[0]
    assert len(password) == 16
    for command in ("settings", "settings --json", "init", "client list", "purge"):
        name, _, option = command.partition(" --")
        assert password not in provider.command(name, *([f"--{option}"] if option else []))
    assert password not in provider.said()

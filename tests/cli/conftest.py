"""An operator at the command line: of a provider that is not running, and of one that is."""

import io
import json
import sys
from pathlib import Path

import pytest
from served import Served

from oidc_op.cli import main


class Operator:
    """Says things to ``oidc-op``, and has what it answered: ``status``, ``out`` and ``err``."""

    def __init__(self, ini, monkeypatch, capsys):
        self.ini, self.monkeypatch, self.capsys = ini, monkeypatch, capsys
        self.status, self.out, self.err = 0, "", ""

    def __call__(self, command, *arguments, stdin=""):
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        self.status = main([*command.split(), str(self.ini), *arguments])
        self.out, self.err = self.capsys.readouterr()
        return self.out

    def json(self, command, *arguments, stdin=""):
        """What a program is answered."""
        return json.loads(self(command, *arguments, "--json", stdin=stdin))

    def refused(self, command, *arguments, stdin=""):
        """Why the command was not carried out: the reason on standard error, and nothing on standard output."""
        self(command, *arguments, stdin=stdin)
        assert (self.status, self.out) == (1, "")
        return self.err


@pytest.fixture(scope="session")
def initialised(tmp_path_factory):
    """A folder with secret, store and keys; made once, and copied."""
    provider = Served(tmp_path_factory.mktemp("initialised"))
    provider.command("init")
    return provider.folder


@pytest.fixture(params=["alone", "live"])
def provider(request, initialised, tmp_path, monkeypatch):
    """A provider whose store the command opens itself, and one whose server holds the store and carries commands out."""
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    for path in Path(initialised).iterdir():
        if path.suffix in (".fs", "") and path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
            (tmp_path / path.name).chmod(0o600)
    provider = Served(tmp_path)
    if request.param == "live":
        provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def op(provider, monkeypatch, capsys):
    """An operator."""
    return Operator(provider.ini, monkeypatch, capsys)

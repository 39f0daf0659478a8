"""oidc-op export, import and upgrade."""

import gzip
import io
import json
import os
import stat
import sys
import threading
from pathlib import Path

import pytest
from served import Served

from oidc_op.cli import main

OLD = Path(__file__).parents[1] / "store" / "old"


@pytest.fixture
def file(op, tmp_path):
    """What was exported of a provider with a client."""
    op("client add", "--id", "shop", "--redirect-uri", "https://shop.example.com/callback")
    path = tmp_path / "everything.jsonl"
    assert op.json("export", str(path))["records"]["clients"] == 1
    return path


@pytest.fixture
def other(op, provider, file, tmp_path):
    """The ini file of a provider with another store, and the same master secret."""
    ini = tmp_path / "other.ini"
    ini.write_text(provider.ini.read_text().replace("/data.fs", "/other.fs").replace("/grants.fs", "/other_grants.fs"))
    op.ini = ini
    return op


def test_a_file_that_was_exported_is_for_its_owner_only(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_written_over(op, file):
    before = file.read_bytes()
    assert f"{file} is there already; name a new file" in op.refused("export", str(file))
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_told_of(op, tmp_path):
    assert "no such file or directory" in op.refused("export", str(tmp_path / "nowhere" / "x.jsonl"))


def test_a_relative_path_is_the_operators_whoever_writes(op, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    op("export", "here.jsonl")
    assert (tmp_path / "elsewhere" / "here.jsonl").exists()


def test_all_of_it_may_go_to_standard_output(op, file):
    lines = op("export", "-").splitlines()
    assert lines[1:-1] == file.read_text().splitlines()[1:-1]


def test_it_does_not_go_to_a_terminal(op, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["export", str(op.ini), "-"]) == 1
    assert "not for a terminal" in op.capsys.readouterr().err


def test_what_to_export_may_be_said(op, tmp_path):
    assert list(op.json("export", str(tmp_path / "a"), "--only", "configuration")["records"]) == [
        *("clients", "accounts", "keys", "consents", "changes"),
    ]
    assert "grants" not in op.json("export", str(tmp_path / "b"), "--without", "grants,sessions")["records"]
    op("export", str(tmp_path / "c"), "--only", "tokens")
    assert (op.status, "there is nothing called 'tokens' to be moved" in op.err) == (2, True)


def test_another_store_is_made_and_filled(other, file):
    told = other.json("import", str(file))
    assert told["done"] == ["made the store"]
    assert told["written"] == told["records"]
    assert [each["client_id"] for each in other.json("client list")] == ["shop"]
    assert sorted(each["alg"] for each in other.json("key list")) == ["ES256", "RS256"]
    assert other.json("history", "client", "shop")[0]["verb"] == "added"
    assert not any(other.json("import", str(file))["written"].values())
    assert other.json("init")["done"] == [], "there are keys"


def test_standard_input_is_imported(other, file, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert main(["import", str(other.ini), "-"]) == 0
    assert other.json("client list")


def test_a_named_pipe_is_imported(other, file, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(file.read_bytes()))
    writer.start()
    other("import", str(tmp_path / "pipe"))
    writer.join()
    assert other.json("client list")


def test_what_was_removed_since_comes_back_only_if_told(other, file):
    other("import", str(file))
    other("client remove", "shop")
    assert "clients: shop was removed here since; --replace brings it back" in other.refused("import", str(file))
    told = other.json("import", str(file), "--replace")
    assert (told["written"]["clients"], told["left_out"]) == (1, {})
    assert [each["verb"] for each in other.json("history", "client", "shop")].count("added") == 2


def test_a_shortened_file_is_refused(other, file):
    file.write_bytes(file.read_bytes()[:-10])
    assert "part of it is missing\n  nothing was imported" in other.refused("import", str(file))
    assert other.json("client list") == []


def test_without_the_master_secret_nothing_is_imported(other, provider, file, tmp_path):
    (tmp_path / "another").write_text("another master secret, of 32 characters and more\n")
    (tmp_path / "another").chmod(0o600)
    other.ini.write_text(other.ini.read_text().replace("/oidc_secret", "/another"))
    assert "bring the master secret along" in other.refused("import", str(file))
    (tmp_path / "another").unlink()
    assert "bring it along" in other.refused("import", str(file))


def test_a_file_that_is_not_there_is_told_of(other):
    other("import", "nowhere.jsonl")
    assert (other.status, "no such file or directory" in other.err) == (2, True)


def test_what_another_issuer_issued_is_told_of(other, file, provider):
    other.ini.write_text(other.ini.read_text().replace(provider.issuer, "https://id.example.net"))
    other("import", str(file))
    assert f"warning: the file is of {provider.issuer}, and this is https://id.example.net" in other.err


def test_a_store_that_a_server_has_is_left_to_it(op, provider, file):
    if provider.process is None:
        op("import", str(file))
        assert op.status == 0
    else:
        assert "an import goes into a store that no server has open" in op.refused("import", str(file))


def test_a_store_that_is_up_to_date_needs_no_upgrade(op, provider):
    if provider.process is None:
        assert "The store is up to date already." in op("upgrade")
    else:
        assert "upgraded while no server has it open" in op.refused("upgrade")


@pytest.mark.parametrize("command", ["upgrade", "init"])
def test_an_older_store_is_upgraded_by_both_commands(tmp_path, monkeypatch, capsys, command):
    provider = Served(tmp_path)
    for name in ("data", "grants"):
        (tmp_path / f"{name}.fs").write_bytes(gzip.decompress((OLD / f"two-{name}.gz").read_bytes()))
    secret = json.loads((OLD / "two.json").read_text())["kept"]["secret"]
    monkeypatch.setenv("OIDC_SECRET", secret)
    assert main(["client", "list", str(provider.ini)]) == 1
    assert f"older version of oidc_op (schema 1, here 2); do: oidc-op upgrade {provider.ini}" in capsys.readouterr().err
    assert main([command, str(provider.ini)]) == 0
    assert main(["client", "show", str(provider.ini), "shop"]) == 0

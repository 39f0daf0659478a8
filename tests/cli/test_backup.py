"""Backups: what was there when one was made is there again when it is brought back, and nothing is overwritten unasked."""

import gzip
import hashlib
import json
import os
import stat
import time

import pytest
import requests
from test_crash import PASSWORD, REDIRECT_URI, SECRET, authorization_request, code_of, redeemed, refreshed
from user_agent import UserAgent
from ZODB import DB
from ZODB.scripts import repozo


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Where the operator is; a server would be somewhere else."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


live = pytest.mark.parametrize("provider", ["live"], indirect=True)
alone = pytest.mark.parametrize("provider", ["alone"], indirect=True)
TIMEOUT = 30  # seconds
FILES = ("data.fs", "grants.fs")


def lose(provider):
    for path in provider.folder.iterdir():
        if path.name.startswith(FILES):
            path.unlink()


def tokens_of(provider, person, client_id="shop"):
    code = code_of(person.visit(authorization_request(provider.issuer, client_id, scope="openid offline_access", prompt="consent")))
    return redeemed(requests, provider.issuer, client_id, code).json()


def knows(provider, access_token):
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{provider.issuer}/userinfo", headers=headers, timeout=TIMEOUT).status_code == 200


@live
def test_what_was_there_is_there_again(op, provider, tmp_path):
    client = {"client_id": "shop", "client_secret": SECRET, "redirect_uris": [REDIRECT_URI]}
    client |= {"token_endpoint_auth_method": "client_secret_post"}
    registrations = tmp_path / "registrations.json"
    registrations.write_text(json.dumps({"accounts": [{"username": "user", "password": PASSWORD}], "clients": [client]}))
    op("apply", str(registrations))
    person = UserAgent(provider.issuer, "user", PASSWORD)
    first = tokens_of(provider, person)
    assert "Wrote" in op("backup", "kept")
    second = tokens_of(provider, person)
    time.sleep(1.1)  # copies are named by the second
    assert "deltafsz" in op("backup", "kept")
    third = tokens_of(provider, person)

    provider.stop()
    lose(provider)
    assert "does not exist" in op.refused("client list")
    assert "master secret" in op("restore", "kept")
    provider.start()
    assert knows(provider, first["access_token"])
    assert knows(provider, second["access_token"])
    assert not knows(provider, third["access_token"])
    assert refreshed(requests, provider.issuer, "shop", first["refresh_token"]).status_code == 200
    assert tokens_of(provider, person)["access_token"]  # still signed in
    assert "Traceback" not in provider.said()


def test_the_second_time_only_what_is_new_is_copied(op, tmp_path):
    folder = tmp_path / "deep" / "kept"
    first = op.json("backup", str(folder))["written"]
    assert sorted(path.rpartition(".")[2] for path in first) == ["fsz", "fsz"]
    op("client add", "--redirect-uri", "https://a.example/cb")
    time.sleep(1.1)
    second = op.json("backup", str(folder))["written"]
    assert str(folder / "configuration") in second[-1]
    assert {path.rpartition(".")[2] for path in second} == {"deltafsz"}
    time.sleep(1.1)
    whole = op.json("backup", str(folder), "--whole")["written"]
    assert [path.rpartition(".")[2] for path in whole] == ["fsz", "fsz"]


@alone
def test_it_is_for_its_owner_alone_and_says_what_to_keep_beside_it(op, tmp_path):
    said = op("backup", str(tmp_path / "kept"))
    assert "Keep the master secret as well, and elsewhere" in said
    assert f"oidc-op restore {op.ini} {tmp_path / 'kept'}" in said
    for path in (tmp_path / "kept").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@alone
def test_what_was_restored_is_for_its_owner_alone(op, provider, tmp_path):
    op("backup", "kept")
    lose(provider)
    op("restore", "kept")
    for path in provider.folder.iterdir():
        if path.name.startswith(FILES):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert {"data.fs", "data.fs.index", "grants.fs", "grants.fs.index"} <= {path.name for path in provider.folder.iterdir()}


@alone
def test_what_is_there_is_overwritten_only_when_that_is_said(op, provider, tmp_path):
    op("client add", "--id", "kept", "--redirect-uri", "https://a.example/cb")
    op("backup", "folder")
    op("client add", "--id", "lost", "--redirect-uri", "https://a.example/cb")
    before = (provider.folder / "data.fs").read_bytes()
    assert "is there, and would be lost" in op.refused("restore", "folder")
    assert (provider.folder / "data.fs").read_bytes() == before
    assert op.json("restore", "folder", "--replace")["restored"] == [str(provider.folder / name) for name in FILES]
    assert [each["client_id"] for each in op.json("client list")] == ["kept"]


@live
def test_a_server_that_runs_is_to_be_stopped_first(op, provider):
    op("backup", "kept")
    said = op.refused("restore", "kept", "--replace")
    assert f"held by process {provider.process.pid}; stop it first" in said


@alone
def test_nothing_new_is_nothing_to_copy(op):
    op("backup", "kept")
    time.sleep(1.1)
    assert "Nothing has changed" in op("backup", "kept")


@alone
def test_no_backup_is_no_backup(op, provider, tmp_path):
    lose(provider)
    assert "there is no backup in nowhere/" in op.refused("restore", "nowhere")
    for name in ("configuration", "grants"):
        (tmp_path / "here" / "empty" / name).mkdir(parents=True)
    assert "No files in repository" in op.refused("restore", "empty")
    assert not any((provider.folder / name).exists() for name in FILES)


@alone
def test_a_backup_that_is_damaged_replaces_nothing(op, provider, tmp_path):
    op("backup", "kept")
    (copy,) = (tmp_path / "here" / "kept" / "grants").glob("*.fsz")
    raw = copy.read_bytes()
    before = (provider.folder / "data.fs").read_bytes(), (provider.folder / "grants.fs").read_bytes()
    copy.write_bytes(raw[: len(raw) // 2])
    assert "cannot be used" in op.refused("restore", "kept", "--replace")
    assert before == ((provider.folder / "data.fs").read_bytes(), (provider.folder / "grants.fs").read_bytes())
    assert not list(provider.folder.glob("*.restored*"))


@alone
def test_what_is_damaged_is_not_copied(op, provider):
    """A backup of it would hide that there is none. Where the index knows the file, nobody else looks before."""
    op("client add", "--redirect-uri", "https://a.example/cb")
    path = provider.folder / "data.fs"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(bytes(size // 3))
    assert "data.fs is damaged" in op.refused("backup", "kept")


class Planted:
    """What somebody puts into a backup who can write there: reading it makes a folder."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def plant(folder, trace):
    """Put such an object into the root of the configuration, in the form of repozo."""
    made = folder / "planted.fs"
    database = DB(str(made))
    with database.transaction() as connection:
        connection.root()["oidc_op"] = Planted(trace)
    database.close()
    for path in (folder / "configuration").iterdir():
        path.unlink()
    repozo.main(["-B", "-z", "-r", str(folder / "configuration"), "-f", str(made)])


@alone
def test_nobody_puts_something_else_into_a_backup(op, provider, tmp_path):
    op("backup", "kept")
    kept = tmp_path / "here" / "kept"
    manifest = kept / "configuration" / "manifest.json"
    before, original = (provider.folder / "data.fs").read_bytes(), manifest.read_text()
    told = "configuration cannot be trusted: its manifest was changed, or written with another master secret"
    manifest.write_text(original.replace('"saved_index": "', '"saved_index": "0'))
    assert told in op.refused("restore", "kept", "--replace")
    manifest.write_text("[]")
    assert "its manifest cannot be read" in op.refused("restore", "kept", "--replace")
    manifest.write_text((kept / "grants" / "manifest.json").read_text())
    assert "it is a backup of grants" in op.refused("restore", "kept", "--replace")
    trace = tmp_path / "ran"
    plant(kept, trace)
    manifest.write_text(original)
    assert "configuration cannot be trusted" in op.refused("restore", "kept", "--replace")
    manifest.unlink()
    assert "it has no manifest" in op.refused("restore", "kept", "--replace")
    assert (provider.folder / "data.fs").read_bytes() == before
    assert not list(provider.folder.glob("*.restored*"))

    op("restore", "kept", "--replace", "--unverified")
    assert "whoever could write into kept decides" in op.err
    assert "an object of posix.mkdir is in it" in op.refused("client list")
    assert not trace.exists()


@alone
def test_a_piece_of_the_same_length_is_another(op, provider, tmp_path):
    """repozo's own sums are for accidents: whoever changes a copy can write them anew."""
    op("backup", "kept")
    folder = tmp_path / "here" / "kept" / "configuration"
    (copy,) = folder.glob("*.fsz")
    raw = gzip.decompress(copy.read_bytes())
    changed = raw.replace(b"initial database creation", b"initial database creatioN")
    copy.write_bytes(gzip.compress(changed))
    (sums,) = folder.glob("*.dat")
    name, start, end, _ = sums.read_text().split()
    sums.write_text(f"{name} {start} {end} {hashlib.md5(changed).hexdigest()}\n")
    assert "are not those that were copied" in op.refused("restore", "kept", "--replace")
    op("restore", "kept", "--replace", "--unverified")
    assert not (provider.folder / "data.fs.index").exists()  # a pickle that nobody vouches for


@alone
def test_what_is_not_verified_is_copied_anew(op, tmp_path):
    op("backup", "kept")
    (tmp_path / "here" / "kept" / "configuration" / "manifest.json").unlink()
    time.sleep(1.1)
    written = op.json("backup", "kept")["written"]
    assert "cannot be trusted: it has no manifest; all of it is copied anew" in op.err
    assert [path.rpartition(".")[2] for path in written] == ["fsz"]
    op("restore", "kept", "--replace")


@alone
def test_without_the_master_secret_a_backup_is_not_believed(op, provider):
    op("backup", "kept")
    secret = provider.folder / "oidc_secret"
    kept = secret.read_text()
    secret.write_text("another-master-secret-of-this-length-0123456789\n")
    assert "written with another master secret" in op.refused("restore", "kept", "--replace")
    secret.unlink()
    assert "put it back first, or say --unverified" in op.refused("restore", "kept", "--replace")
    secret.write_text("another-master-secret-of-this-length-0123456789\n" + kept)
    secret.chmod(0o600)
    assert op.json("restore", "kept", "--replace")["restored"]


def test_a_folder_that_cannot_be_written_is_named(op, tmp_path):
    (tmp_path / "file").write_text("")
    assert "file" in op.refused("backup", str(tmp_path / "file" / "kept"))


def test_a_copy_after_a_pack_is_whole(op, tmp_path):
    op("backup", str(tmp_path / "kept"))
    op("client add", "--id", "a", "--redirect-uri", "https://a.example/cb")
    op("client set", "a", "client_name=A")
    assert op.json("pack", "--history", "0")["packed"]
    time.sleep(1.1)
    written = op.json("backup", str(tmp_path / "kept"))["written"]
    assert [path.rpartition(".")[2] for path in written if "configuration" in path] == ["fsz"]


def test_packing_says_how_far_it_is_and_goes_on_beside_other_commands(op, provider):
    said = op("pack")
    assert said == f"Packed {provider.folder}/grants.fs\n"
    assert f"packing {provider.folder}/grants.fs" in op.err
    assert "packed" in op.err
    assert op.json("pack", "--history", "365")["packed"] == [str(provider.folder / name) for name in FILES]


@alone
def test_in_memory_there_is_nothing_to_copy(op, provider, tmp_path):
    text = provider.ini.read_text().replace("use = egg:oidc_op", "use = egg:oidc_op\noidc.store = memory")
    provider.ini.write_text(text)
    assert "there is nothing to copy" in op.refused("backup", "kept")
    assert "needs packing" in op.refused("pack")
    assert "is brought back by its own means" in op.refused("restore", "kept")

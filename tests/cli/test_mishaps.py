"""What is wrong with the files of a command is one sentence that names the file: never a traceback."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from permissions import no_privileges
from served import environment

from oidc_op.cli import main

ALONE = "provider", ["alone"]
alone = pytest.mark.parametrize(*ALONE, indirect=True)
INI = """\
[app:main]
use = egg:oidc_op
oidc.development = true
oidc.secret_file = %(here)s/oidc_secret
zodbconn.uri = file://%(here)s/var/data.fs
"""
BROKEN = {
    "a section that is not closed": (b"[app:main\nuse = egg:oidc_op\n", "line 1: '[app:main' stands in no section"),
    "words": (b"a b c\n", "line 1: 'a b c' stands in no section"),
    "a byte order mark": (b"\xef\xbb\xbf" + INI.encode(), "byte order mark"),
    "another encoding": (b"[app:main]\nx = \xff\xfe\n", "is not UTF-8 text"),
    "nothing": (b"", "has no section [app:main]"),
    "no application": (b"[server:main]\nuse = egg:waitress#main\n", "has no section [app:main]"),
    "twice the same": (INI.encode() * 2, "the section [app:main] is there twice"),
    "a name that there is not": (INI.encode() + b"a = %(nope)s\n", "a in [app:main]: %(…)s must name another setting"),
    "an egg that there is not": (INI.replace("egg:oidc_op", "egg:nothing").encode(), "the egg nothing, which is not installed"),
}


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Says something to the command: status, and what came on standard error."""
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    monkeypatch.chdir(tmp_path)

    def say(*argv):
        status = main(list(argv))
        return status, capsys.readouterr().err

    return say


@pytest.mark.parametrize("command", ["init", "settings", "client list"])
@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_an_ini_file_that_is_none(say, tmp_path, command, text, reason):
    (tmp_path / "x.ini").write_bytes(text)
    status, told = say(*command.split(), "x.ini")
    assert status == 2
    assert told.startswith("oidc-op: x.ini: ")
    assert reason in told
    assert told.count("\n") == 1


def test_init_where_no_store_is_named(say, tmp_path):
    (tmp_path / "x.ini").write_text(INI.replace("zodbconn.uri", "zodbconn.url"))
    assert say("init", "x.ini") == (
        1, "oidc-op: zodbconn.uri is missing: the URI of the database, such as file://%(here)s/var/data.fs\n"
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # ZODB leaves what it opened to the collector
@pytest.mark.parametrize("command", ["init", "client list"])
def test_a_store_that_is_none(say, tmp_path, command):
    (tmp_path / "x.ini").write_text(INI)
    assert say("init", "x.ini")[0] == 0
    (tmp_path / "var" / "data.fs").write_bytes(b"garbage" * 100)
    status, told = say(*command.split(), "x.ini")
    assert status == 1
    assert f"{tmp_path}/var/data.fs is not a file of ZODB's" in told


@pytest.mark.parametrize("command", ["init", "client list"])
def test_a_scheme_that_there_is_not(say, tmp_path, command):
    (tmp_path / "oidc_secret").write_text("a master secret of 32 characters and more")
    (tmp_path / "oidc_secret").chmod(0o600)
    (tmp_path / "x.ini").write_text(INI.replace("file://", "fil://"))
    status, told = say(*command.split(), "x.ini")
    assert status == 1
    assert "zodbconn.uri: cannot be opened: No resolver found for uri: fil://" in told


@pytest.mark.parametrize(("name", "text"), [("a.yaml", "clients: " + "[" * 3000), ("a.json", '{"clients": ' + "[" * 100_000)])
@alone
def test_a_file_that_is_nested_too_deeply(op, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert op.refused("apply", str(tmp_path / name)) == f"oidc-op: {tmp_path / name}: is nested too deeply\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@alone
def test_an_answer_that_cannot_be_written(provider):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from oidc_op.cli import main; sys.exit(main())", "client", "list", str(provider.ini)],
            stdout=full, stderr=subprocess.PIPE, env=environment(), text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "oidc-op: it was done, but the answer could not be written: no space left on device\n")


@alone
def test_a_password_that_is_no_text(op, monkeypatch):
    told = op.refused("account add", "bo", stdin="\udcff\n")
    assert told == "oidc-op: the password is not UTF-8 text\n"
    assert op.json("account list") == []


def test_an_argument_that_is_no_text(say):
    status, told = say("account", "add", "x.ini", "bo", "name=\udcff")
    assert status == 2
    assert "an argument is not UTF-8 text" in told


@pytest.fixture
def folder():
    """A folder that everybody can reach."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
@pytest.mark.parametrize(
    ("what", "mode", "command", "status", "reason"),
    [
        ("x.ini", 0o600, "client list", 2, "x.ini: permission denied; it belongs to nobody, and you are root"),
        ("var", 0o700, "client list", 1, "permission denied; {folder}/var belongs to nobody, and you are root"),
        ("var", 0o700, "init", 1, "permission denied; {folder}/var belongs to nobody, and you are root"),
        ("var/data.fs", 0o600, "client list", 1, "{folder}/var/data.fs: permission denied; it belongs to nobody, and you are root"),
        ("oidc_secret", 0o600, "client list", 1, "oidc_secret"),
    ],
)
def test_what_belongs_to_somebody_else_is_said_to(say, folder, what, mode, command, status, reason):
    (folder / "x.ini").write_text(INI)
    assert say("init", str(folder / "x.ini"))[0] == 0
    for each in (folder / "var", *(folder / "var").iterdir()):
        each.chmod(0o755)
    (folder / what).chmod(mode)
    os.chown(folder / what, pwd.getpwnam("nobody").pw_uid, -1)
    with no_privileges():
        answered, told = say(*command.split(), str(folder / "x.ini"))
    assert answered == status
    assert reason.format(folder=folder) in told
    assert "Traceback" not in told


@pytest.mark.parametrize("uri", ["memory://", "memory"])
def test_that_memory_keeps_nothing_is_said(say, tmp_path, uri):
    (tmp_path / "x.ini").write_text(
        INI.replace("file://%(here)s/var/data.fs", "memory://") + f"oidc.store = {'zodb' if ':' in uri else uri}\n"
    )
    for command in (["init", "x.ini"], ["account", "add", "x.ini", "bo", "--generate"]):
        status, told = say(*command)
        assert (status, "nothing of this is kept once the command has ended" in told) == (0, True)


@alone
def test_init_makes_no_other_secret_where_keys_need_the_one_that_is_lost(op, provider):
    secret = provider.folder / "oidc_secret"
    kept = secret.read_bytes()
    secret.unlink()
    told = op.refused("init")
    assert "is not the one that the signing keys were sealed with" in told
    assert f"oidc-op key rotate {provider.ini} --now" in told
    assert not secret.exists()
    secret.write_bytes(kept)
    secret.chmod(0o600)
    assert op("init") == "Everything is there already.\n"


@alone
def test_where_it_is_lost_other_keys_are_made_with_another(op, provider):
    op("key rotate", "--alg", "ES256")
    (provider.folder / "oidc_secret").unlink()
    op("key rotate", "--now")
    assert op.status == 0
    assert "made the master secret" in op.err
    assert "every client needs another secret" in op.err
    assert stat.S_IMODE((provider.folder / "oidc_secret").stat().st_mode) == 0o600
    assert op("init") == "Everything is there already.\n"
    provider.start()


@pytest.mark.parametrize("provider", ["live"], indirect=True)
def test_init_says_that_a_server_runs_with_the_secret_that_is_gone(op, provider):
    (provider.folder / "oidc_secret").unlink()
    assert "but a server runs with one: put that back" in op.refused("init")
    assert not (provider.folder / "oidc_secret").exists()
    op("key rotate", "--now")
    assert op.status == 0
    assert not (provider.folder / "oidc_secret").exists()

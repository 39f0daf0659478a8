"""The command itself: what it says of itself, its exit statuses, settings, init, and who may talk to a server."""

import json
import re
import signal
import socket
import stat
import subprocess

import pytest
from served import Served, environment, executable

from oidc_op.cli import COMMANDS, main, parser
from oidc_op.cli.settings import rows
from oidc_op.config.settings import table

SHELL = """
client = new_client(client_name="Some Client", client_id="123", redirect_uris=["https://example.com/"])
tm.commit()
tm.begin()
print("at hand", provider.url("token"), store.clients.get("123") == client, keys is provider.keys)
renamed = change_client("123", client_name="Renamed", redirect_uris=["https://example.com/cb"])
print("renamed", renamed == store.clients.get("123"), renamed.client_name, renamed.redirect_uris, renamed.updated_by)
try:
    change_client("123", redirect_uris=["http://example.com/cb"])
except ValueError as error:
    print("refused", error)

print("names", [clients.get(each).client_name for each in clients], len(keys.algorithms()), accounts.named("nobody"))
"""

alone = pytest.mark.parametrize("provider", ["alone"], indirect=True)
live = pytest.mark.parametrize("provider", ["live"], indirect=True)


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n    {name} " in told for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command, capsys):
    assert main([command, "--help"]) == 0
    assert parser().prog in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv", [[], ["nonsense"], ["client"], ["client", "add"], ["client", "list", "nowhere.ini"], ["purge", "x.ini", "--what"]]
)
def test_what_is_not_understood_exits_with_2(argv, capsys):
    assert main(argv) == 2
    assert capsys.readouterr().err


def test_a_refusal_for_programs(op):
    assert op.json("client show", "nobody") == {"error": ["there is no client nobody; oidc-op client list shows those there are"]}
    assert op.status == 1


def test_settings_are_shown_with_where_they_come_from(op):
    told = {row["key"]: row for row in op.json("settings")["settings"]}
    assert (told["oidc.provider_name"]["value"], told["oidc.provider_name"]["source"]) == ("Example Sign-in", "ini")
    assert told["oidc.code_expire"]["source"] == "default"
    assert set(told) == {each.key for each in table([])}
    assert "oidc.provider_name = Example Sign-in" in op("settings")


def test_settings_that_stop_the_server_are_refused_with_the_table(op, provider):
    provider.ini.write_text(provider.ini.read_text().replace("oidc.sign_in_throttle", "oidc.sign_in_throtle"))
    op("settings")
    assert op.status == 1
    assert "did you mean oidc.sign_in_throttle?" in op.err
    assert "oidc.provider_name" in op.out


def test_every_row_of_the_table_has_help():
    assert all(row.help.strip() and row.type for row in rows({}))


def test_init_again_changes_nothing(op):
    assert op("init") == "Everything is there already.\n"
    assert op.json("init")["done"] == []


@alone
def test_a_command_that_does_not_start_says_why(op, provider):
    provider.ini.write_text(provider.ini.read_text().replace("oidc.issuer =", "oidc.issuer = nonsense"))
    assert "oidc.issuer" in op.refused("client list")


@live
def test_the_socket_is_for_its_owner_alone(op, provider):
    path = provider.folder / "data.fs.sock"
    assert path.exists()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    provider.stop()
    assert not path.exists()
    assert op.json("client list") == []


@live
@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"argv": ["client", "--nonsense", "x.ini"]}, 2, "usage: oidc-op client"),
        ({"argv": ["nonsense"]}, 2, "invalid choice"),
        ({"argv": ["client", "--help"]}, 1, "its log says why"),
        ({"argv": ["settings", "x.ini"]}, 1, "its log says why"),
        ({}, 2, "are required: COMMAND"),
        ("nothing", 1, "its log says why"),
    ],
    ids=["argument", "command", "help", "alone", "nothing", "text"],
)
def test_what_a_server_cannot_understand_does_not_stop_it_listening(op, provider, sent, status, said):
    request = {"argv": [], "files": {}, "password": None} | sent if isinstance(sent, dict) else sent
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(15)
        connection.connect(str(provider.folder / "data.fs.sock"))
        connection.sendall(json.dumps(request).encode() + b"\n")
        reply = json.loads(connection.makefile("rb").readline())
    assert (reply["status"], reply["stdout"]) == (status, "")
    assert said in reply["stderr"]
    assert op.json("client list") == []


@live
def test_a_server_that_does_not_listen_is_named(op, provider):
    (provider.folder / "data.fs.sock").unlink()
    assert "stop it first" in op.refused("client list")


@live
def test_what_a_killed_server_left_is_in_nobodys_way(op, provider):
    provider.kill()
    assert op.json("client list") == []
    provider.start()
    assert op.json("client list") == []


@live
def test_ending_a_server_saves_the_index_of_its_store(provider):
    """So that it opens at once the next time."""
    index = provider.folder / "grants.fs.index"
    index.unlink(missing_ok=True)
    provider.process.send_signal(signal.SIGTERM)
    assert provider.process.wait(15) in (0, -signal.SIGTERM)
    assert index.exists()


def test_init_makes_everything_and_for_development_somebody_to_sign_in(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    provider = Served(tmp_path, settings={"oidc.development": "true"})
    assert main(["init", str(provider.ini), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["account"]["username"] == "demo"
    assert told["account"]["password"]
    assert told["client"]["redirect_uris"] == [f"{provider.issuer}/try-it/callback"]
    assert stat.S_IMODE((tmp_path / "oidc_secret").stat().st_mode) == 0o600
    assert told["account"]["password"] not in provider.command("init")


@alone
def test_pshell_has_a_client_registered(op, provider):
    """As django-oidc-provider's documents do in Django's shell."""
    done = subprocess.run(
        [executable("pshell"), "-p", "python", str(provider.ini)],
        input=SHELL, cwd=provider.folder, env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "client_secret: " in done.stdout
    assert f"at hand {provider.issuer}/token True True" in done.stdout
    assert "renamed True Renamed ('https://example.com/cb',) pshell" in done.stdout
    assert "refused redirect_uris: 'http://example.com/cb' must be https" in done.stdout
    assert "names ['Renamed'] 2 None" in done.stdout  # and what was not committed is forgotten
    banner = done.stdout[: done.stdout.index("client_secret: ")]
    example = re.search(r"^ *>>> (new_client\(.*)$", banner, re.MULTILINE)
    assert "redirect_uris" in example[1]
    assert ">>> tm.commit()" in banner
    assert "change_client(" in banner
    assert op.json("client show", "123")["client_name"] == "Some Client"


def test_check_says_what_stops_a_server_and_nothing_else(tmp_path, capsys):
    ini = tmp_path / "x.ini"
    text = "[app:main]\nuse = egg:oidc_op\noidc.issuer = https://id.example.com\nzodbconn.uri = file://%(here)s/var/data.fs\n"
    ini.write_text(text)
    assert main(["check", str(ini)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("oidc-op: these settings stop the server:\n  oidc.secret_file: no master secret: ")
    assert f"{tmp_path}/var/data.fs does not exist: the store is not initialised; do: oidc-op init {ini}" in told
    assert "Traceback" not in told
    assert main(["init", str(ini)]) == 0
    assert "https://id.example.com: nobody can reach that name" in capsys.readouterr().err
    assert main(["check", str(ini), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["issuer"], shown["algorithms"]) == ("https://id.example.com", ["RS256", "ES256"])
    ini.write_text(text.replace("oidc.issuer", "oidc.isuer"))
    assert main(["check", str(ini)]) == 1
    assert "oidc.isuer: there is no such setting; did you mean oidc.issuer?" in capsys.readouterr().err

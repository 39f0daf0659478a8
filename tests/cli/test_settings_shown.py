"""oidc-op settings: where each comes from, and whatever would stop a server."""

import json

import pytest
from served import Served

from oidc_op.cli import main

GREETING = """
from oidc_op.config.settings import count

def includeme(config):
    config.add_oidc_setting("oidc.greeting", count, 1, "How often to greet.")
    config.registry.place = config.registry.settings["greeting.place"]
"""


@pytest.fixture
def show(tmp_path, monkeypatch, capsys):
    """What the command says of these settings, before there is a store: exit status, rows by key, and faults."""
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "greeting_of_the_tests.py").write_text(GREETING)

    def show(without=(), **settings):
        ini = Served(tmp_path, settings=settings).ini
        ini.write_text("\n".join(line for line in ini.read_text().splitlines() if not line.startswith(tuple(without))))
        status = main(["settings", str(ini), "--json"])
        first, _ = json.JSONDecoder().raw_decode(capsys.readouterr().out)
        return status, {row["key"]: row for row in first["settings"]}, first["faults"]

    return show


@pytest.fixture
def secret(tmp_path):
    """There is one, beside the ini file."""
    file = tmp_path / "oidc_secret"
    file.write_text("a master secret of 32 characters and more")
    file.chmod(0o600)
    return file


def test_what_is_right_is_no_fault_though_nothing_was_made_yet(show, secret):
    assert show()[::2] == (0, [])


def test_the_secret_beside_the_ini_is_a_default(show, secret):
    row = show(without=["oidc.secret_file"])[1]["oidc.secret_file"]
    assert (row["value"], row["source"]) == (str(secret), "default, beside the ini")
    assert show()[1]["oidc.secret_file"]["source"] == "ini"


def test_the_secret_of_the_environment_outranks_the_file(show, secret, monkeypatch):
    monkeypatch.setenv("OIDC_SECRET", "another master secret, 32 characters and more")
    status, told, faults = show()
    assert (status, faults) == (0, [])
    assert (told["oidc.secret_file"]["value"], told["oidc.secret_file"]["source"]) == ("", "environment, OIDC_SECRET")


def test_a_secret_that_is_missing_is_a_fault(show):
    status, _, faults = show()
    assert status == 1
    assert "no master secret" in faults[0]


def test_an_extension_has_the_settings_and_its_own_are_shown(show, secret):
    extended = {"oidc.includes": "greeting_of_the_tests", "greeting.place": "here"}
    status, told, faults = show(**extended, **{"oidc.greeting": "3"})
    assert (status, faults) == (0, [])
    assert (told["oidc.greeting"]["value"], told["oidc.greeting"]["source"]) == ("3", "ini")
    assert show(**extended, **{"oidc.greeting": "soon"})[::2] == (1, ["oidc.greeting = 'soon': must be a positive whole number"])


def test_an_extension_that_fails_is_named_beside_the_other_faults(show, secret):
    status, _, faults = show(**{"oidc.includes": "greeting_of_the_tests", "oidc.code_expire": "-3"})
    assert status == 1
    assert "oidc.code_expire = '-3'" in faults[0]
    assert "greeting.place" in faults[1]
    assert "oidc.includes = 'greeting_of_the_tests'" in faults[1]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"oidc.userinfo": "no.such"}, "oidc.userinfo = 'no.such': cannot be imported"),
        ({"oidc.includes": "no.such"}, "oidc.includes = 'no.such': cannot be imported"),
        ({"oidc.store": "no.such"}, "oidc.store = 'no.such': must be zodb, sql, memory"),
        ({"tm.commit_veto": "pyramid_tm.default_commit_veto"}, "tm.commit_veto: must not be set"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_stops_a_server_is_refused(show, secret, settings, fault):
    status, _, faults = show(**settings)
    assert status == 1
    assert [each for each in faults if each.startswith(fault)], faults


def test_a_store_that_is_not_named_is_a_fault(show, secret):
    status, _, faults = show(without=["zodbconn.uri"])
    assert status == 1
    assert "zodbconn.uri is missing" in faults[0]

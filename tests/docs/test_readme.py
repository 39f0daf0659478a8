"""The README is true: its first lines say what this is, and its commands do what it says."""

import re

import pytest
from reader import ROOT, Reader
from snippets import Snippet
from user_agent import TIMEOUT, UserAgent

README = (ROOT / "README.txt").read_text()


@pytest.fixture
def reader(tmp_path, monkeypatch):
    monkeypatch.delenv("OIDC_SECRET", raising=False)
    reader = Reader(tmp_path)
    yield reader
    reader.close()


def section(heading):
    return README.partition(f"\n{heading}\n---")[2].partition("\n\n\n")[0]


def commands(text):
    return re.findall(r"^    ((?:.*\\\n)*.*)$", text, re.MULTILINE)


def test_the_first_ten_lines_name_the_purpose_the_alternative_and_the_two_commands():
    first = "\n".join(README.splitlines()[:10])
    assert all(each in first for each in ("Single sign-on", "Pyramid", "Keycloak", "make serve", "make test"))


def test_each_target_of_make_and_each_file_that_it_names_is_there():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"make ([a-z]+)", README))
    assert targets >= {"serve", "test", "docs", "bench"}
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
    files = set(re.findall(r"\b(?:docs|examples|benchmarks)/[\w.]*|\b[\w]+\.(?:ini|txt|rst)\b", section("Further reading")))
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_issuer_comes_before_the_first_command_of_production():
    production = section("In production")
    assert 0 < production.index("oidc.issuer") < production.index("oidc-op init")


def test_an_administrator_of_production_opens_the_console_after_these_commands(reader, tmp_path):
    ini = tmp_path / "production.ini"
    ini.write_text(ini.read_text().replace("https://id.example.com", f"http://localhost:{reader.port}"))
    init, account, client, serve = commands(section("In production"))
    for command in (init, account, client, serve):
        reader.do(Snippet("README.txt", "console", "", f"$ {command}\n"))
    alice = UserAgent(f"http://localhost:{reader.port}", "alice", reader.variables["PASSWORD"])
    sign_in_page = alice.session.get(f"{alice.issuer}/admin", timeout=TIMEOUT)
    overview = alice.session.post(*alice._filled_in(sign_in_page), timeout=TIMEOUT)
    assert overview.url == f"{alice.issuer}/admin"
    assert "1 registered" in overview.text, "the client of the third command"

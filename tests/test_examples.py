"""The examples, as their README says to run them."""

import logging
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup
from mounts import InProcess, environment
from pkgs.clock import Clock
from pyramid.paster import get_app
from rp import RelyingParty
from served import START, Served, executable, free_port
from served import environment as environment_of_programs
from serving import Visitor

from oidc_op.store import close

EXAMPLES = Path(__file__).parent.parent / "examples"
GREETING_INI = """\
[app:main]
use = egg:oidc_op
oidc.issuer = https://id.example.com
oidc.includes = greeting
zodbconn.uri = memory://
"""


@pytest.fixture
def mount(tmp_path, monkeypatch, put_keys):
    """A provider whose ini file has one line about the greeting."""
    monkeypatch.syspath_prepend(EXAMPLES)
    ini = tmp_path / "provider.ini"
    ini.write_text(GREETING_INI)
    with environment():
        app = get_app(str(ini))
    put_keys(app.registry)
    yield InProcess(app, "https://id.example.com", Clock(tmp_path / "clock"))
    close(app.registry)


def test_the_greeting_is_a_scope_with_a_claim(mount):
    rp = RelyingParty(mount, {"client_name": "The shop", "scope": "openid greeting"})
    tokens = rp.tokens(scope="openid greeting")
    assert rp.userinfo(tokens["access_token"])["greeting"] == "Hello Ann, says The shop."
    assert "greeting" in mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json["scopes_supported"]


def test_people_are_told_what_the_greeting_means(mount):
    rp = RelyingParty(mount, {"scope": "openid greeting"})
    page = rp.authorize(scope="openid greeting", stop_at="consent").reply.text
    assert "Greet you by name." in page


def test_the_greeting_adds_to_id_tokens(mount):
    rp = RelyingParty(mount)
    assert rp.claims(rp.tokens()["id_token"])["languages"] == ["en", "de"]


def test_the_greeting_hears_of_consents(mount, caplog):
    rp = RelyingParty(mount)
    with caplog.at_level(logging.INFO, "greeting"):
        rp.authorize(scope="openid email")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "greeting"]
    assert line.endswith(f"allowed {rp.client_id}: openid email")


class Host(Served):
    """The host of the examples, on a port that is free."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "var"))
        self.ini, self.log = folder / "host" / "host.ini", folder / "log"
        for file in (self.ini, folder / "README.txt"):
            file.write_text(file.read_text().replace("6544", str(self.port)))
        self.home, self.issuer = f"http://localhost:{self.port}/", f"http://localhost:{self.port}/openid"

    def do_what_the_readme_says(self):
        """Carry out its ``oidc-op`` commands."""
        text = (self.folder / "README.txt").read_text().replace("\\\n", " ")
        for line in text.splitlines():
            if line.startswith("    oidc-op "):
                program, *arguments = shlex.split(line)
                subprocess.run(
                    [executable(program), *arguments], cwd=self.folder, env=environment_of_programs(), check=True, capture_output=True
                )

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [executable("pserve"), str(self.ini)], cwd=self.folder, env=environment_of_programs(), stdout=log, stderr=log
            )
        end = time.monotonic() + START
        while time.monotonic() < end and self.process.poll() is None:
            try:
                assert requests.get(self.home, timeout=5).ok
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise AssertionError(self.said())


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    host = Host(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        host.do_what_the_readme_says()
        host.start()
        yield host
        host.stop()


class Member(Visitor):
    """A member of the club, with a browser."""

    def __init__(self, host, username, password):
        super().__init__(host.home, username, password)
        self.host = host

    def _filled_in(self, response):
        page = BeautifulSoup(response.text, "html.parser")
        if page.select_one("#sign-in") is None:
            return super()._filled_in(response)
        fields = {each["name"]: each.get("value", "") for each in page.select("input[name]")}
        return page.select_one("form")["action"], fields | {"username": self.username, "password": self.password}

    def tries(self):
        """What an application learns of the member."""
        return self.arrive(f"{self.host.issuer}/try-it/start", at="/openid/try-it/callback")

    def is_at_home(self):
        return BeautifulSoup(self.session.get(self.host.home, timeout=30).text, "html.parser")


@pytest.fixture
def ann(host):
    return Member(host, "ann", "open sesame")


@pytest.mark.xdist_group("examples")
def test_members_sign_in_on_the_hosts_own_page_to_go_elsewhere(ann):
    page = BeautifulSoup(ann.tries().text, "html.parser")
    assert '"sub": "member-1"' in page.select_one("#id-token-claims").text
    assert '"email": "ann@example.com"' in page.select_one("#userinfo").text
    assert ann.is_at_home().select_one("#member").text == "You are Ann Example."
    assert [each.text for each in ann.is_at_home().select("li")] == ["Try it"]


@pytest.mark.xdist_group("examples")
def test_a_member_who_is_signed_in_is_not_asked_again(ann, host):
    ann.arrive(f"{host.home}sign-in", at="/")
    assert ann.tries().ok
    assert ann.seen.count("/sign-in") == 1


@pytest.mark.xdist_group("examples")
def test_signing_out_of_the_host_ends_the_session_here_too(ann, host):
    ann.tries()
    form = ann.is_at_home().select_one("form")
    fields = {each["name"]: each["value"] for each in form.select("input[name]")}
    ann.session.post(form["action"], fields, timeout=30)
    assert ann.is_at_home().select_one("#member") is None
    response = ann._get(f"{host.issuer}/try-it/start")
    while response.is_redirect and "/sign-in" not in response.url:
        response = ann._get(requests.compat.urljoin(response.url, response.headers["Location"]))
    assert "Sign in to the book club" in response.text


@pytest.mark.xdist_group("examples")
def test_whoever_signs_in_where_another_member_is_signed_in_stays_signed_in(ann, host):
    ann.tries()
    ann.username, ann.password = "bob", "shut sesame"
    page = ann.session.get(f"{host.home}sign-in", timeout=30)
    answer = ann.session.post(*ann._filled_in(page), allow_redirects=False, timeout=30)
    cookies = [each for each in answer.raw.headers.getlist("Set-Cookie") if each.startswith("book_club=")]
    assert [each.startswith("book_club=;") for each in cookies] == [False]
    assert ann.is_at_home().select_one("#member").text == "You are Bob Example."


@pytest.mark.xdist_group("examples")
def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(host):
    answers = []
    for username in ("ann", "nobody"):
        stranger = Member(host, username, "wrong")
        form = stranger._filled_in(stranger.session.get(f"{host.home}sign-in", timeout=30))
        answers.append(stranger.session.post(*form, timeout=30))
    assert [each.status_code for each in answers] == [400, 400]
    assert all("The user name or the password is not right." in each.text for each in answers)


@pytest.mark.xdist_group("examples")
def test_the_sign_in_page_leads_nowhere_else(ann, host):
    page = ann.session.get(f"{host.home}sign-in", params={"next": "https://evil.example/"}, timeout=30)
    answer = ann.session.post(*ann._filled_in(page), allow_redirects=False, timeout=30)
    assert answer.headers["Location"] == host.home

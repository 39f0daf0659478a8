"""The example of a protected API, as its README says to run it: two processes, and an application that calls the API."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests
from served import START, environment, executable, free_port
from user_agent import UserAgent

EXAMPLE = Path(__file__).parent.parent / "examples" / "protected_api"
PORTS = ("6545", "6546", "6547", "6548")

pytestmark = pytest.mark.xdist_group("protected_api")


class Site:
    """The provider and the API, on ports that are free, and what the reader knows of them."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        ports = {port: str(free_port()) for port in PORTS}
        shutil.copytree(EXAMPLE, folder / "protected_api", ignore=shutil.ignore_patterns("__pycache__", "var"))
        for file in (folder / "protected_api").glob("*.*"):
            file.write_text(re.sub("|".join(PORTS), lambda match: ports[match[0]], file.read_text()))
        self.readme = (folder / "protected_api" / "README.txt").read_text().replace("\\\n", " ")
        self.issuer, self.api, self.callback, self.by_itself = (f"http://localhost:{ports[port]}" for port in PORTS)
        self.environment = environment() | {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}

    def start(self):
        """Carry out the commands of the README."""
        for line in self.readme.splitlines():
            words = shlex.split(line) if line.startswith(("    oidc-op ", "    pserve ")) else []
            if words[:1] == ["oidc-op"]:
                self._do(words)
            elif words:
                self.serve(words[1])

    def _do(self, words):
        words[0] = executable(words[0])
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def serve(self, ini):
        self.processes.append(subprocess.Popen([executable("pserve"), ini], cwd=self.folder, env=self.environment))
        url = {"provider.ini": self.issuer, "api.ini": self.api, "api_by_itself.ini": self.by_itself}[Path(ini).name]
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                requests.get(url, timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{ini} is not served")

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait(15)

    def tokens(self, scope="openid books.read", client="reader"):
        """What the reader gets when Ann has signed in."""
        (address,) = re.findall(r"http://localhost:\d+/authorize\?\S+\s+&\S+", self.readme)
        address = re.sub(r"\s", "", address).partition("&scope=")[0]
        address = address.replace("client_id=reader", f"client_id={client}")
        arrived = UserAgent(self.issuer, "ann", "open sesame").visit(f"{address}&scope={scope}")
        (code,) = re.findall(r"[?&]code=([^&]+)", arrived)
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{self.callback}/callback"}
        return self.asks("token", fields, client)

    def asks(self, endpoint, fields, client="reader"):
        """What the reader is answered."""
        answer = requests.post(f"{self.issuer}/{endpoint}", fields, auth=(client, "reader-secret-of-the-example"), timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def books(self, token=None, *, at=None, **headers):
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{at or self.api}/books", headers=shown | headers, timeout=30)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("protected_api"))
    try:
        site.start()
        yield site
    finally:
        site.stop()


def test_the_api_serves_those_whom_a_person_allowed_it(site):
    answer = site.books(site.tokens()["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"books": ["Emma", "Persuasion"], "read_by": "reader"})


def test_without_a_token_it_asks_for_one(site):
    for answer in (site.books(), site.books(Authorization="Basic eDp5"), site.books(Authorization="Bearer ")):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="books"')


def test_other_tokens_do_not_do(site):
    tokens = site.tokens()
    for token in ("x", "A" * 44, tokens["refresh_token"], tokens["id_token"], site.tokens("openid")["access_token"]):
        answer = site.books(token)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="books", error="invalid_token"')


def test_a_token_that_is_given_back_opens_nothing_more(site):
    token = site.tokens()["access_token"]
    assert site.books(token).ok
    site.asks("revoke", {"token": token})
    assert site.books(token).status_code == 401


def test_a_scope_that_is_missing_is_named(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api.tokens import NotAllowed, Tokens

    tokens = Tokens("https://id.example", "books-api", "secret")
    told = {"active": True, "iss": "https://id.example", "aud": ["films-api", "books-api"], "token_type": "Bearer", "scope": "books.write"}
    monkeypatch.setattr(tokens, "introspect", lambda token: told)
    with pytest.raises(NotAllowed) as refused:
        tokens.demand("Bearer x", "books.read")
    assert refused.value.status == 403
    assert refused.value.challenge == 'Bearer realm="books", error="insufficient_scope", scope="books.read"'
    assert tokens.demand("bearer x", "books.write") == told


@pytest.mark.parametrize(
    "change", [{"active": False}, {"iss": "https://other.example"}, {"aud": "https://id.example"}, {"aud": []}, {"token_type": None}]
)
def test_what_the_provider_says_is_judged(monkeypatch, change):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api.tokens import NotAllowed, Tokens

    tokens = Tokens("https://id.example", "books-api", "secret")
    told = {"active": True, "iss": "https://id.example", "aud": "books-api", "token_type": "Bearer", "scope": "books.read"} | change
    monkeypatch.setattr(tokens, "introspect", lambda token: told if told["active"] else {"active": False})
    with pytest.raises(NotAllowed) as refused:
        tokens.demand("Bearer x", "books.read")
    assert (refused.value.status, refused.value.challenge) == (401, 'Bearer realm="books", error="invalid_token"')


def test_while_the_provider_is_away_nobody_is_blamed(site):
    token = site.tokens()["access_token"]
    provider, *others = site.processes
    provider.terminate()
    provider.wait(15)
    site.processes[:] = others
    assert site.books(token).status_code == 503
    site.serve("protected_api/provider.ini")
    assert site.books(token).ok


def test_signed_tokens_are_checked_without_asking(site):
    tokens = site.tokens(client="signed-reader")
    token = tokens["access_token"]
    answer = site.books(token, at=site.by_itself)
    assert (answer.status_code, answer.json()["read_by"]) == (200, "signed-reader")
    assert site.books(token).ok  # introspection knows them too
    header, claims, signature = token.split(".")
    forged = f"{header}.{claims}.{signature[:-8]}AAAAAAAA"
    elsewhere = site.tokens("openid", client="signed-reader")["access_token"]
    for other in (forged, tokens["id_token"], elsewhere, "x", site.tokens()["access_token"]):
        assert site.books(other, at=site.by_itself).status_code == 401


def test_a_signed_token_ends_and_a_new_key_is_fetched(site, monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLE.parent)
    from protected_api import signed

    tokens = signed.SignedTokens(site.issuer, "books-api", None)
    token = site.tokens(client="signed-reader")["access_token"]
    assert tokens.demand(f"Bearer {token}", "books.read")["client_id"] == "signed-reader"
    with monkeypatch.context() as later:
        later.setattr(signed.time, "time", lambda: 4e9)
        assert tokens.introspect(token) == {"active": False}
    tokens._keys, tokens._fetched_at = signed.KeySet([]), float("-inf")
    assert tokens.introspect(token)["active"] is True

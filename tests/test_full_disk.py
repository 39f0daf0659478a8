"""A disk that is full, and a store that may only be read: what writes fails with 503, what reads goes on, nothing is half done."""

import resource
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from served import Served, environment, executable
from test_crash import PASSWORD, REDIRECT_URI, SECRET, authorization_request, code_of, redeemed
from user_agent import Stuck, UserAgent

pytestmark = pytest.mark.xdist_group("full disk")

TIMEOUT = 30  # seconds
PERSON = {"username": "user", "password": PASSWORD, "sub": "sub"}
CLIENT = {
    "client_id": "client",
    "client_secret": SECRET,
    "token_endpoint_auth_method": "client_secret_post",
    "redirect_uris": [REDIRECT_URI],
}


@pytest.fixture
def provider(tmp_path):
    made = Served(tmp_path)
    made.set_up({"accounts": [PERSON], "clients": [CLIENT]})
    made.start()
    yield made
    made.stop()


@pytest.fixture
def person(provider):
    return UserAgent(provider.issuer, "user", PASSWORD)


def fill(provider, name="grants.fs"):
    """Let this file of the store, and any that is as large, grow no more, as on a full disk."""
    size = (provider.folder / name).stat().st_size
    resource.prlimit(provider.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def empty(provider):
    resource.prlimit(provider.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def authorize(person, provider, **more):
    return code_of(person.visit(authorization_request(provider.issuer, "client", **more)))


def token(provider, code):
    return redeemed(requests, provider.issuer, "client", code)


def userinfo(provider, access_token):
    return requests.get(f"{provider.issuer}/userinfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=TIMEOUT)


def exhaust(provider, person):
    """Ask for codes until there is no room for one more; the codes there was room for, and the answer to the next."""
    codes = []
    while True:
        answer = parse_qs(urlsplit(person.visit(authorization_request(provider.issuer, "client"))).query)
        if "code" not in answer:
            return codes, answer
        codes.append(answer["code"][0])


def command(provider, name, *arguments):
    verb, rest = (arguments[:1], arguments[1:]) if name == "client" else ((), arguments)
    words = [executable("oidc-op"), name, *verb, str(provider.ini), *rest]
    return subprocess.run(words, cwd=provider.folder, env=environment(), capture_output=True, text=True, timeout=60, check=False)


def test_service_goes_on_as_far_as_it_can_and_resumes_by_itself(provider, person):
    tokens = token(provider, authorize(person, provider)).json()
    code = authorize(person, provider)
    fill(provider)
    codes, answer = exhaust(provider, person)

    assert answer["error"] == ["temporarily_unavailable"]  # to the client, which knows what to do (RFC 6749 §4.1.2.1)
    refused = token(provider, code)
    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Cache-Control"] == "no-store"
    with pytest.raises(Stuck, match=r"(?s)503 at .*/login.*temporarily_unavailable"):
        UserAgent(provider.issuer, "user", PASSWORD).visit(authorization_request(provider.issuer, "client"))

    assert userinfo(provider, tokens["access_token"]).status_code == 200
    assert requests.get(f"{provider.issuer}/jwks", timeout=TIMEOUT).ok

    said = [line for line in provider.said().splitlines() if "unavailable" in line]
    assert all("ERROR" in line and "grants.fs cannot grow: file too large; free some space" in line for line in said)
    assert len(said) == 3
    assert "Traceback" not in provider.said()
    done = command(provider, "purge")  # writes nothing, as nothing has ended
    assert done.returncode == 0

    empty(provider)
    for each in (code, *codes):
        assert token(provider, each).status_code == 200  # not used by what was refused
    authorize(UserAgent(provider.issuer, "user", PASSWORD), provider)

    provider.stop()
    provider.start()
    assert token(provider, code).json()["error"] == "invalid_grant"
    assert userinfo(provider, tokens["access_token"]).status_code == 200


def test_a_command_says_it_in_a_sentence(provider):
    fill(provider, "data.fs")
    done = command(provider, "client", "add", "--redirect-uri", "https://a.example/cb")
    assert (done.returncode, done.stdout) == (1, "")
    advice = "free some space on its disk, and the server goes on by itself"
    reason = f"the store is unavailable: {provider.folder}/data.fs cannot grow: file too large"
    assert done.stderr == f"oidc-op: {reason}; {advice}\n"
    empty(provider)
    assert command(provider, "client", "add", "--redirect-uri", "https://a.example/cb").returncode == 0


def test_what_was_cut_off_leaves_nothing_behind(provider, person):
    """After a crash on a full disk, the files open again, and hold what was acknowledged."""
    authorize(person, provider)
    fill(provider)
    codes, _ = exhaust(provider, person)
    provider.kill()
    provider.start()
    for each in codes:
        assert token(provider, each).status_code == 200
    assert not list(provider.folder.glob("*.tr*"))
    assert "truncated" not in provider.said()


def test_a_store_that_may_only_be_read(provider, person):
    tokens = token(provider, authorize(person, provider)).json()
    code = authorize(person, provider)
    provider.stop()
    provider.ini.write_text(provider.ini.read_text().replace("connection_pool_size=12", "connection_pool_size=12&read_only=1"))
    before = {name: (provider.folder / name).read_bytes() for name in ("data.fs", "grants.fs")}
    for name in before:
        (provider.folder / name).chmod(0o400)
    provider.start()
    assert userinfo(provider, tokens["access_token"]).status_code == 200
    refused = token(provider, code)
    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    answer = parse_qs(urlsplit(person.visit(authorization_request(provider.issuer, "client"))).query)
    assert answer["error"] == ["temporarily_unavailable"]
    assert "is opened for reading only: see read_only in its URI" in provider.said()
    assert "Traceback" not in provider.said()
    assert before == {name: (provider.folder / name).read_bytes() for name in before}

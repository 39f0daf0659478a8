"""kill -9 in the middle of the work: the store opens again by itself, and what was acknowledged holds."""

import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from served import Served
from user_agent import UserAgent

pytestmark = pytest.mark.xdist_group("crash")

WORKERS = 6
CLIENTS = 300  # so many that there is always one which a person has not met yet
SECRET = "a-secret-of-the-crash-tests-of-32"
PASSWORD = "correct horse battery staple"
REDIRECT_URI = "https://rp.example/cb"
LONGEST = 1500  # milliseconds of more work before the end
AT_LEAST = 10  # consents and refreshes before it, or there was no load
TIMEOUT = 30  # seconds


@dataclass
class Acknowledged:
    """What the provider said is so; a worker of its own fills each."""

    consents: list[tuple[UserAgent, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)  # redeemed
    issued: list[tuple[str, str]] = field(default_factory=list)  # and left alone until the provider is back
    access_tokens: list[str] = field(default_factory=list)
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # the latest by the code that began it, with its client
    clients: dict[str, str] = field(default_factory=dict)


def registrations():
    return {
        "accounts": [{"username": f"user{number}", "password": PASSWORD, "sub": f"sub{number}"} for number in range(WORKERS)],
        "clients": [
            {
                "client_id": f"client{number}",
                "client_secret": SECRET,
                "token_endpoint_auth_method": "client_secret_post",
                "redirect_uris": [REDIRECT_URI],
            }
            for number in range(CLIENTS)
        ],
    }


def authorization_request(issuer, client_id, **parameters):
    wanted = {"client_id": client_id, "redirect_uri": REDIRECT_URI, "response_type": "code", "scope": "openid email", "nonce": "n"}
    return f"{issuer}/authorize?{urlencode(wanted | parameters)}"


def token_response(session, issuer, client_id, **parameters):
    form = {"client_id": client_id, "client_secret": SECRET, **parameters}
    return session.post(f"{issuer}/token", data=form, timeout=TIMEOUT)


def redeemed(session, issuer, client_id, code):
    return token_response(session, issuer, client_id, grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI)


def refreshed(session, issuer, client_id, refresh_token):
    return token_response(session, issuer, client_id, grant_type="refresh_token", refresh_token=refresh_token)


def code_of(location):
    answer = parse_qs(urlsplit(location).query)
    assert "code" in answer, location
    return answer["code"][0]


class Work:
    """Threads that sign people in, each with an account of its own, until the provider is gone.

    ``meanwhile`` is what it may say while it ends, where it is still there to say something.
    """

    def __init__(self, provider, first_client, meanwhile=()):
        self.meanwhile = meanwhile
        self.issuer, self.first_client = provider.issuer, first_client
        self.ended, self.stopped = threading.Event(), threading.Event()
        self.failures = []
        self.done = [Acknowledged() for _ in range(WORKERS)]
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(WORKERS)]

    def begin(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        for thread in self.threads:
            thread.join(TIMEOUT)
        assert self.failures == []

    def is_under_way(self):
        """Whether there was work enough to interrupt."""
        consents = sum(len(done.consents) for done in self.done)
        refreshes = sum(len(done.access_tokens) - len(done.codes) for done in self.done)
        return min(consents, refreshes) >= AT_LEAST and any(done.issued for done in self.done)

    def _work(self, number):
        try:
            self._sign_in(number, self.done[number])
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            if not self.ended.is_set():
                raise
        except BaseException as error:  # noqa: BLE001  a thread has nobody to raise to
            if not (self.ended.is_set() and any(said in str(error) for said in self.meanwhile)):
                self.failures.append(error)

    def _sign_in(self, number, done):
        agent = UserAgent(self.issuer, f"user{number}", PASSWORD)
        back_channel = requests.Session()
        for turn in itertools.count():
            if self.stopped.is_set():
                return
            client_id = f"client{(self.first_client + turn // 2) % CLIENTS}"  # the second time, its consent is remembered
            code = code_of(
                agent.visit(
                    authorization_request(self.issuer, client_id),
                    on_consent=lambda client_id=client_id: done.consents.append((agent, client_id)),
                )
            )
            if turn % 5 == 1:
                done.issued.append((client_id, code))
                continue
            tokens = self._acknowledged(redeemed(back_channel, self.issuer, client_id, code))
            done.codes.append((client_id, code))
            done.access_tokens.append(tokens["access_token"])
            done.clients[code], done.refresh_tokens[code] = client_id, tokens["refresh_token"]
            if turn % 3:
                # its token may be used up when the answer gets lost; then it is answered once more
                tokens = self._acknowledged(refreshed(back_channel, self.issuer, client_id, tokens["refresh_token"]))
                done.access_tokens.append(tokens["access_token"])
                done.refresh_tokens[code] = tokens["refresh_token"]

    def _acknowledged(self, response):
        assert response.status_code == 200, response.text
        return response.json()


def check(provider, all_done):
    """Hold the provider against what it has acknowledged."""
    session, issuer = requests.Session(), provider.issuer
    for client_id, code in [each for done in all_done for each in done.issued]:
        answer = redeemed(session, issuer, client_id, code)
        assert answer.status_code == 200, answer.text
        assert answer.json()["access_token"]
    for done in all_done:
        for agent, client_id in done.consents:
            code_of(agent.visit(authorization_request(issuer, client_id, prompt="none")))
        for access_token in done.access_tokens:
            answer = session.get(f"{issuer}/userinfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=TIMEOUT)
            assert answer.status_code == 200, answer.text
        for code, refresh_token in done.refresh_tokens.items():
            answer = refreshed(session, issuer, done.clients[code], refresh_token)
            assert answer.status_code == 200, answer.text
            done.access_tokens.append(answer.json()["access_token"])
        for client_id, code in done.codes:
            answer = redeemed(session, issuer, client_id, code)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def crash(provider, first_client, meanwhile=()):
    """Kill the provider at work, start it again, and see that it has kept its word."""
    work = Work(provider, first_client, meanwhile)
    work.begin()
    began = time.monotonic()
    while not work.is_under_way() and time.monotonic() < began + TIMEOUT:
        time.sleep(0.05)
    time.sleep(secrets.randbelow(LONGEST) / 1000)
    work.ended.set()
    provider.kill()
    work.end()
    assert work.is_under_way()
    provider.start()
    check(provider, work.done)
    assert "Traceback" not in provider.said()


def crashes(folder, times):
    provider = Served(folder)
    provider.set_up(registrations())
    provider.start()
    try:
        for number in range(times):
            crash(provider, number * CLIENTS // times)
    finally:
        provider.stop()


def test_what_was_acknowledged_survives_two_crashes(tmp_path):
    crashes(tmp_path, 2)


@pytest.mark.soak
def test_what_was_acknowledged_survives_ten_crashes(tmp_path):
    crashes(tmp_path, 10)

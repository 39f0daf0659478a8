"""kill -9 of the ZEO server in the middle of the work: requests answer 503 until it is back, and what was acknowledged holds."""

import time

import pytest
from several import several
from test_crash import CLIENTS, SECRET, crash, registrations

pytestmark = pytest.mark.xdist_group("zeo")

AWAY = ("temporarily_unavailable", "invalid_grant")  # the latter where a code was used up and only the answer to that got lost
ANSWERED = 15  # seconds, at most, of a request in an outage: the wait of zeo_server.py, and a slow machine
BACK = 30  # seconds
AWAY_NOW = 503


class Behind:
    """A provider to kill by what is behind it."""

    def __init__(self, provider):
        self.provider, self.issuer = provider, provider.issuer

    def kill(self):
        self.provider.zeo.kill()
        self.answered = outage(self.provider)

    def start(self):
        self.provider.zeo.start()
        end = time.monotonic() + BACK
        while any(each.status_code == AWAY_NOW for each in asked(self.provider)):
            assert time.monotonic() < end
            time.sleep(0.1)

    def said(self):
        """What the provider itself says; ZODB tells of an object that it could not load at that moment, with a traceback."""
        return "".join(line for line in self.provider.said().splitlines(keepends=True) if " oidc_op." in line)


def asked(provider):
    """What both servers answer to questions that need the store: of a person's browser, and of a client."""
    wrong = {"grant_type": "authorization_code", "code": "x", "client_id": "client0", "client_secret": SECRET}
    for number in range(2):
        session = provider.at(number)
        yield session.get(f"{provider.issuer}/authorize?client_id=client0", timeout=ANSWERED)
        yield session.post(f"{provider.issuer}/token", data=wrong, timeout=ANSWERED)


def outage(provider):
    """What the servers answer while the ZEO server is away."""
    answers = list(asked(provider))
    for answer in answers:
        assert answer.status_code == AWAY_NOW
        assert int(answer.headers["Retry-After"]) > 0
        assert "temporarily_unavailable" in answer.text
    return answers


def crashes(folder, times):
    with several(folder, registrations()) as provider:
        for number in range(times):
            crash(Behind(provider), number * CLIENTS // times, AWAY)
        assert provider.said().count(" is away: requests fail until it is back") >= times
        assert "the ZEO server is back" in provider.said()
        assert "oidc_op.refused failed at" not in provider.said()


def test_what_was_acknowledged_survives_two_crashes_of_the_zeo_server(tmp_path):
    crashes(tmp_path, 2)


@pytest.mark.soak
def test_what_was_acknowledged_survives_ten_crashes_of_the_zeo_server(tmp_path):
    crashes(tmp_path, 10)

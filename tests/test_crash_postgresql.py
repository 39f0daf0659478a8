"""kill -9 of the database in the middle of the work: the provider goes on by itself once it is back, and has kept its word."""

import secrets
import time

import pytest
import requests
from postgresql import postgresql
from served import Served
from test_crash import CLIENTS, LONGEST, TIMEOUT, Work, check, registrations
from user_agent import Stuck

pytestmark = pytest.mark.xdist_group("crash")


class Interrupted(Work):
    """Until the provider says that it cannot serve: that, and nothing else, is what people are told meanwhile."""

    def _sign_in(self, number, done):
        try:
            super()._sign_in(number, done)
        except (Stuck, AssertionError) as error:
            if "temporarily_unavailable" in str(error):
                raise requests.ConnectionError from error
            raise


def crash(provider, database, first_client):
    """Kill the database at work, start it again, and see that the provider serves as if nothing had been."""
    work = Interrupted(provider, first_client)
    work.begin()
    began = time.monotonic()
    while not work.is_under_way() and time.monotonic() < began + TIMEOUT:
        time.sleep(0.05)
    time.sleep(secrets.randbelow(LONGEST) / 1000)
    assert work.failures == []
    work.ended.set()
    database.kill()
    answer = requests.get(f"{provider.issuer}/authorize?client_id=client1", timeout=TIMEOUT)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    work.end()
    assert work.is_under_way()
    database.start()
    check(provider, work.done)
    assert "Traceback" not in provider.said()
    assert "the store is unavailable at /authorize" in provider.said()


def crashes(folder, database, times):
    provider = Served(folder, settings={"oidc.store": "sql", "sqlalchemy.url": database.url("crash")})
    provider.set_up(registrations())
    provider.start()
    try:
        for number in range(times):
            crash(provider, database, number * CLIENTS // times)
    finally:
        provider.stop()


@pytest.fixture
def database():
    """One of its own, since it is killed."""
    with postgresql() as server:
        yield server


def test_what_was_acknowledged_survives_two_crashes_of_the_database(tmp_path, database):
    crashes(tmp_path, database, 2)


@pytest.mark.soak
def test_what_was_acknowledged_survives_ten_crashes_of_the_database(tmp_path, database):
    crashes(tmp_path, database, 10)

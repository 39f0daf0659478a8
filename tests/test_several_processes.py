"""Two processes and a ZEO server: what one has answered holds at the other at once, also when one of them dies."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from several import several
from test_crash import (
    PASSWORD,
    REDIRECT_URI,
    SECRET,
    TIMEOUT,
    Work,
    authorization_request,
    check,
    code_of,
    redeemed,
    refreshed,
    registrations,
)
from user_agent import Stuck, UserAgent

pytestmark = pytest.mark.xdist_group("zeo")

CODES = 1000
RACES = 25
EACH = 2  # racers at each server
ON_GOING = 1.0  # seconds of work after one server was killed


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    described = registrations()
    described["clients"][0]["require_consent"] = False
    described["accounts"] += [{"username": username, "password": PASSWORD, "sub": username} for username in ("changing", "guessed")]
    with several(tmp_path_factory.mktemp("several"), described, **{"oidc.sign_in_throttle": "true"}) as made:
        yield made


def person_at(provider, number, username="user0"):
    agent = UserAgent(provider.issuer, username, PASSWORD)
    provider.at(number, agent.session)
    return agent


def code_from(provider, agent, client_id="client0", **parameters):
    return code_of(agent.visit(authorization_request(provider.issuer, client_id, **parameters)))


def race(provider, ask):
    """What both servers answer that are asked at the same moment, several times each."""
    sessions = [provider.at(number) for number in range(len(provider.servers)) for _ in range(EACH)]
    line = threading.Barrier(len(sessions))

    def run(session):
        line.wait()
        return ask(session)

    with ThreadPoolExecutor(len(sessions)) as threads:
        return list(threads.map(run, sessions))


def test_who_signed_in_at_one_is_known_at_the_other(provider):
    agent = person_at(provider, 0)
    code_from(provider, agent)
    provider.at(1, agent.session)
    assert code_from(provider, agent, prompt="none")


def test_a_thousand_codes_of_one_are_redeemed_at_the_other_at_once(provider):
    agent, back_channel = person_at(provider, 0), provider.at(1)
    for number in range(CODES):
        code = code_from(provider, agent)
        answer = redeemed(back_channel, provider.issuer, "client0", code)
        assert answer.status_code == 200, (number, answer.text)


def test_of_those_who_race_for_a_code_one_wins(provider):
    agent = person_at(provider, 0)
    for _ in range(RACES):
        code = code_from(provider, agent)
        answers = race(provider, lambda session, code=code: redeemed(session, provider.issuer, "client0", code))
        assert sum(answer.status_code == 200 for answer in answers) == 1, [answer.text for answer in answers]
        assert {answer.status_code for answer in answers} <= {200, 400, 503}


def test_of_those_who_race_for_a_refresh_token_all_get_the_one_successor(provider):
    agent = person_at(provider, 0)
    token = redeemed(provider.at(0), provider.issuer, "client0", code_from(provider, agent)).json()["refresh_token"]
    for _ in range(RACES):
        answers = race(provider, lambda session, token=token: refreshed(session, provider.issuer, "client0", token))
        (token,) = {answer.json()["refresh_token"] for answer in answers if answer.status_code == 200}
        assert {answer.status_code for answer in answers} <= {200, 503}


def test_a_code_used_at_one_is_refused_at_the_other_and_takes_its_tokens_along(provider):
    code = code_from(provider, person_at(provider, 0))
    tokens = redeemed(provider.at(0), provider.issuer, "client0", code).json()
    assert redeemed(provider.at(1), provider.issuer, "client0", code).json()["error"] == "invalid_grant"
    assert userinfo(provider, 0, tokens) == 401


def userinfo(provider, number, tokens):
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return provider.at(number).get(f"{provider.issuer}/userinfo", headers=headers, timeout=30).status_code


def test_commands_run_beside_the_servers_and_hold_at_once(provider):
    """Without being handed over: there is no socket."""
    command = provider.servers[0].command
    assert not list(provider.servers[0].folder.glob("**/*.sock"))
    described = {"client_id": "passing", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_post"}
    file = provider.servers[0].folder / "passing.json"
    file.write_text(json.dumps({"clients": [described | {"redirect_uris": [REDIRECT_URI], "require_consent": False}]}))
    command("apply", str(file))
    agent = person_at(provider, 1, "user1")
    tokens = redeemed(provider.at(0), provider.issuer, "passing", code_from(provider, agent, "passing")).json()
    assert userinfo(provider, 1, tokens) == 200
    command("client remove", "passing")
    assert [userinfo(provider, number, tokens) for number in (0, 1)] == [401, 401]


def test_a_key_that_signs_at_once_is_known_at_every_server(provider):
    agent = person_at(provider, 0)
    code_from(provider, agent)
    before = {key["kid"] for key in jwks(provider, 1)}
    provider.servers[0].command("key rotate", "--now")
    end = time.monotonic() + TIMEOUT
    while not {key["kid"] for key in jwks(provider, 1)} > before:  # within a second
        assert time.monotonic() < end
        time.sleep(0.1)
    tokens = redeemed(provider.at(0), provider.issuer, "client0", code_from(provider, agent)).json()
    provider.at(1, agent.session)
    hinted = authorization_request(provider.issuer, "client0", prompt="none", id_token_hint=tokens["id_token"])
    assert code_of(agent.visit(hinted))


def jwks(provider, number):
    return provider.at(number).get(f"{provider.issuer}/jwks", timeout=30).json()["keys"]


def test_another_password_signs_out_at_every_server(provider):
    agent = person_at(provider, 1, "changing")
    tokens = redeemed(provider.at(1), provider.issuer, "client0", code_from(provider, agent)).json()
    provider.servers[0].command("account password", "changing", "--generate")
    assert [userinfo(provider, number, tokens) for number in (0, 1)] == [401, 401]
    assert "error=login_required" in agent.visit(authorization_request(provider.issuer, "client0", prompt="none"))
    with pytest.raises(Stuck, match=r"^400 at"):
        code_from(provider, person_at(provider, 1, "changing"))


def test_wrong_passwords_count_whichever_server_they_come_to(provider):
    statuses = []
    for turn in range(6):
        agent = UserAgent(provider.issuer, "guessed", "wrong")
        provider.at(turn % 2, agent.session)
        with pytest.raises(Stuck) as stuck:
            code_from(provider, agent)
        statuses.append(str(stuck.value)[:3])
    assert statuses == ["400"] * 5 + ["429"]


def test_who_signs_out_at_one_is_signed_out_at_the_other(provider):
    agent = person_at(provider, 0)
    tokens = redeemed(provider.at(0), provider.issuer, "client0", code_from(provider, agent)).json()
    provider.at(1, agent.session)
    page = agent.session.get(f"{provider.issuer}/end-session", params={"id_token_hint": tokens["id_token"]}, timeout=30)
    assert page.status_code == 200, page.text
    assert "error=login_required" in agent.visit(authorization_request(provider.issuer, "client0", prompt="none"))
    provider.at(0, agent.session)
    assert "error=login_required" in agent.visit(authorization_request(provider.issuer, "client0", prompt="none"))


def test_while_one_is_killed_the_other_works_on_and_nothing_is_lost(provider):
    work = Work(provider, 100)
    work.begin()
    end = time.monotonic() + 30
    while not work.is_under_way() and time.monotonic() < end:
        time.sleep(0.05)
    work.ended.set()
    provider.servers[0].kill()
    done = len([token for each in work.done for token in each.access_tokens])
    time.sleep(ON_GOING)
    work.stopped.set()
    work.end()
    assert len([token for each in work.done for token in each.access_tokens]) > done
    provider.servers[0].start()
    check(provider, work.done)
    assert "Traceback" not in provider.said()

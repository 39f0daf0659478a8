"""A host with a sign-in of its own that tells nobody: its ``authenticated_userid`` has to do (and what it cannot do)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from mounts import included
from rp import Form, RelyingParty

LOGIN = {"oidc.login_url": "/host-login"}


@pytest.fixture
def rp(tmp_path, put_keys):
    with included(tmp_path, put_keys, **LOGIN) as mount:
        yield RelyingParty(mount, person="user-ann")


def claims(rp, answer):
    return rp.claims(rp.redeem(answer.code)["id_token"])


def test_nobody_knows_when_the_person_signed_in_so_no_token_says_it(rp):
    answer = rp.authorize()
    assert answer.pages == ["host-login", "consent"]
    assert "auth_time" not in claims(rp, answer)


def test_none_is_silent(rp):
    rp.authorize()
    rp.mount.clock.move(60)
    again = rp.authorize(prompt="none")
    assert again.pages == []
    assert "auth_time" not in claims(rp, again)


def test_none_without_a_person_is_login_required(rp):
    assert rp.authorize(prompt="none").error == "login_required"


def test_a_cookie_that_was_deleted_satisfies_no_max_age(rp):
    rp.authorize()
    rp.mount.clock.move(6)
    assert rp.authorize(prompt="none", max_age="3").error == "login_required"
    rp.browser.cookies = {"host": rp.browser.cookies["host"]}
    assert rp.authorize(prompt="none", max_age="3").error == "login_required"


def test_a_host_that_tells_of_no_sign_in_cannot_be_asked_for_a_new_one(rp):
    answer = rp.authorize(prompt="login")
    assert (answer.pages, answer.error) == (["host-login"], "login_required")


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "30"}, {"max_age": "3600"}])
def test_a_newer_sign_in_that_nobody_tells_of_is_asked_for_once_and_is_none(rp, changes):
    rp.authorize()
    rp.mount.clock.move(60)
    answer = rp.authorize(**changes)
    assert (answer.pages, answer.error) == (["host-login"], "login_required")


def test_a_cookie_that_was_deleted_makes_no_newer_sign_in(rp):
    rp.authorize()
    rp.mount.clock.move(60)
    stopped = rp.authorize(prompt="login", stop_at="host-login")
    resume = parse_qs(urlsplit(stopped.url).query)["next"][0]
    rp.browser.cookies = {"host": rp.browser.cookies["host"]}
    reply = rp.browser.open("GET", resume)
    assert parse_qs(urlsplit(reply.header("Location")).query)["error"] == ["login_required"]


def test_nothing_is_kept_for_a_person_whom_the_accounts_do_not_know(rp):
    rp.browser.username = "nobody-here"
    before = rp.mount.content()
    answer = rp.authorize()
    assert (answer.pages, answer.error) == (["host-login"], "login_required")
    assert rp.mount.content() == before


def test_a_session_that_the_host_no_longer_backs_is_nobodys(rp):
    rp.authorize()
    rp.browser.cookies.pop("host")
    assert rp.authorize(prompt="none").error == "login_required"


def test_a_host_that_tells_of_an_older_sign_in_is_not_asked_twice(tmp_path, put_keys):
    with included(tmp_path, put_keys, **LOGIN, **{"host.tells": True, "host.seconds_ago": "3600"}) as mount:
        rp = RelyingParty(mount, person="user-ann")
        assert claims(rp, rp.authorize())["auth_time"] == mount.clock() - 3600
        answer = rp.authorize(max_age="60")
        assert (answer.pages, answer.error) == (["host-login"], "login_required")
        assert rp.authorize(max_age="3600").pages == []


def test_the_hosts_sign_in_is_the_only_door(rp):
    reply = rp.browser.open("GET", rp.url("login"))
    assert (reply.status, reply.header("Location")) == (303, f"{rp.mount.origin}/host-login")
    token = csrf_token(rp)
    before = rp.mount.content()
    body = f"username=user-ann&password=correct+horse&login-submit=&csrf_token={token}".encode()
    reply = rp.browser.open("POST", rp.url("login"), body)
    assert (reply.status, reply.header("Location")) == (303, f"{rp.mount.origin}/host-login")
    assert rp.mount.content() == before
    assert rp.authorize(prompt="none").error == "login_required"


def csrf_token(rp):
    """A valid one, from a page of ours that the same browser has seen."""
    shown = rp.authorize(stop_at="consent")
    token = dict(Form.of(shown.reply.text).hidden)["csrf_token"]
    rp.browser.open("GET", f"{rp.mount.origin}/host-logout")
    return token

"""``prompt``, ``max_age`` and hints (OIDC Core §3.1.2.1): when the person is asked, and when not."""

import pytest
from rp import Form, RelyingParty


@pytest.fixture(params=["told", "observed"])
def hosts_mount(request, open_mount):
    """A host with a sign-in of its own: it tells the provider, or only has an ``authenticated_userid``."""
    settings = {"oidc.login_url": "/host-login", "host.tells": request.param == "told"}
    with open_mount("included", **settings) as made:
        yield made


@pytest.fixture(params=["root", "served", "postgresql", "host"])
def rp(request, open_mount):
    """On the mounts that can differ, and with a host's own sign-in."""
    if request.param == "host":
        with open_mount("included", **{"oidc.login_url": "/host-login", "host.tells": True}) as made:
            yield RelyingParty(made, person="user-ann")
    else:
        with open_mount(request.param) as made:
            yield RelyingParty(made)


def is_sign_in(pages):
    return [page.removeprefix("host-") for page in pages]


def auth_time(rp, answer):
    return rp.claims(rp.redeem(answer.code)["id_token"])["auth_time"]


def test_none_without_a_session_is_login_required(rp):
    answer = rp.authorize(prompt="none")
    assert (answer.error, answer.params["state"], answer.pages) == ("login_required", "the state", [])


def test_none_without_consent_is_consent_required(rp):
    rp.authorize(press={"consent": "consent-deny"})
    assert rp.authorize(prompt="none").error == "consent_required"


def test_none_with_both_is_silent_and_keeps_auth_time(rp):
    first = rp.authorize()
    rp.mount.clock.move(5)
    again = rp.authorize(prompt="none")
    assert again.pages == []
    assert auth_time(rp, again) == auth_time(rp, first)


def test_login_asks_again_once(rp):
    first = rp.authorize()
    rp.mount.clock.move(5)
    again = rp.authorize(prompt="login")
    assert is_sign_in(again.pages) == ["login"]
    assert auth_time(rp, again) == auth_time(rp, first) + 5


def test_login_asks_those_once_who_were_not_signed_in(rp):
    assert is_sign_in(rp.authorize(prompt="login").pages) == ["login", "consent"]


def test_login_within_the_same_second_asks_too(rp):
    rp.authorize()
    assert is_sign_in(rp.authorize(prompt="login").pages) == ["login"]


def test_consent_asks_again(rp):
    rp.authorize()
    assert rp.authorize(prompt="consent").pages == ["consent"]
    assert is_sign_in(rp.authorize(prompt="login consent").pages) == ["login", "consent"]


def test_max_age_that_has_passed_asks_again(rp):
    first = rp.authorize()
    rp.mount.clock.move(3)
    again = rp.authorize(max_age="1")
    assert is_sign_in(again.pages) == ["login"]
    assert auth_time(rp, again) == auth_time(rp, first) + 3


def test_max_age_of_nothing_is_as_if_asked_to_sign_in(rp):
    rp.authorize()
    assert is_sign_in(rp.authorize(max_age="0").pages) == ["login"]
    assert rp.authorize(max_age="0", prompt="none").error == "login_required"


def test_max_age_that_has_not_passed_asks_nothing(rp):
    first = rp.authorize()
    again = rp.authorize(max_age="10000")
    assert again.pages == []
    assert auth_time(rp, again) == auth_time(rp, first)


def test_max_age_that_has_passed_is_login_required_where_nobody_may_be_asked(rp):
    rp.authorize()
    rp.mount.clock.move(3)
    assert rp.authorize(max_age="1", prompt="none").error == "login_required"


def test_an_id_token_hint_of_the_same_person_is_silent(rp):
    id_token = rp.tokens()["id_token"]
    rp.mount.clock.move(3600)  # an expired one hints as well
    assert rp.authorize(prompt="none", id_token_hint=id_token).code


def test_select_account_shows_the_account_and_goes_on(rp):
    rp.authorize()
    assert rp.authorize(prompt="select_account").pages == ["select-account"]


def test_select_account_lets_another_one_sign_in(rp):
    rp.authorize()
    answer = rp.authorize(prompt="select_account", press={"select-account": "account-other"})
    assert is_sign_in(answer.pages) == ["select-account", "login"]


def test_those_who_just_signed_in_have_chosen(rp):
    assert is_sign_in(rp.authorize(prompt="select_account").pages) == ["login", "consent"]


def test_a_person_who_does_not_sign_in_at_the_host_is_not_sent_twice(hosts_mount):
    rp = RelyingParty(hosts_mount, person="user-ann")
    shown = rp.authorize(stop_at="host-login")
    resumed = rp.browser.open("GET", dict(Form.of(shown.reply.text).hidden)["next"])
    assert "error=login_required" in resumed.header("Location")


def test_the_host_may_only_have_an_authenticated_userid(hosts_mount):
    rp = RelyingParty(hosts_mount, person="user-bob")
    answer = rp.authorize(scope="openid email")
    assert answer.pages == ["host-login", "consent"]
    tokens = rp.redeem(answer.code)
    assert rp.claims(tokens["id_token"])["sub"] == "user-bob"
    assert rp.userinfo(tokens["access_token"])["email"] == "user-bob@host.example"
    assert rp.authorize(prompt="none").code


def test_whoever_signs_out_at_the_host_is_signed_out_here(hosts_mount):
    rp = RelyingParty(hosts_mount, person="user-cid")
    tokens = rp.tokens()
    rp.browser.open("GET", f"{hosts_mount.origin}/host-logout")
    assert rp.authorize(prompt="none").error == "login_required"
    if hosts_mount.registry.settings["host.tells"]:
        rp.userinfo(tokens["access_token"], status=401)
        assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"


def test_another_person_at_the_host_is_another_person_here(hosts_mount):
    rp = RelyingParty(hosts_mount, person="user-dan")
    rp.authorize()
    rp.browser.open("GET", f"{hosts_mount.origin}/host-logout")
    rp.browser.username = "user-eve"
    tokens = rp.tokens()
    assert rp.claims(tokens["id_token"])["sub"] == "user-eve"

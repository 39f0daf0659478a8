"""Sessions: what a browser carries, and what hangs from it."""

from http.cookies import SimpleCookie

import pytest
from rp import Browser, RelyingParty


def session_cookie(browser):
    return next(name for name in browser.cookies if "oidc_session" in name)


def sid(rp, **changes):
    return rp.claims(rp.tokens(**changes)["id_token"])["sid"]


def test_the_sid_is_the_browsers_and_the_same_for_every_client(rp):
    first = sid(rp)
    assert sid(rp) == first
    other = RelyingParty(rp.mount, person=rp.username)
    other.browser = rp.browser
    assert sid(other) == first


def test_another_browser_of_the_same_person_has_another(rp):
    assert sid(rp) != sid(rp, browser=Browser(rp.mount, rp.username))


def test_the_sid_gives_nothing_away(rp):
    assert sid(rp) != rp.browser.cookies[session_cookie(rp.browser)]
    browser = Browser(rp.mount, rp.username)
    browser.cookies[session_cookie(rp.browser)] = sid(rp) + "A" * 28
    assert rp.authorize(browser=browser, prompt="none").error == "login_required"


def test_the_cookie_lasts_as_long_as_the_session(rp):
    shown = rp.authorize(stop_at="login")
    reply = rp.browser.fill_in(shown.url, shown.reply, "login-submit")
    cookie = next(SimpleCookie(line) for line in reply.all("Set-Cookie") if "oidc_session" in line)
    (morsel,) = cookie.values()
    assert int(morsel["max-age"]) == 14 * 86400


def test_the_cookies_of_two_providers_on_one_host_have_two_names(rp):
    rp.authorize()
    path = rp.mount.issuer.removeprefix(rp.mount.origin).strip("/")
    for name in rp.browser.cookies:
        if "oidc_" in name:
            assert name.endswith(f".{path}" if path else ("oidc_session", "oidc_csrf", "oidc_device"))


def test_signing_in_again_renews_the_session_and_does_not_prolong_it(rp):
    first = sid(rp)
    rp.mount.clock.move(13 * 86400)
    assert sid(rp, prompt="login") == first
    rp.mount.clock.move(86400)
    assert rp.authorize(prompt="none").error == "login_required"


def test_an_account_that_was_removed_is_signed_in_nowhere(rp):
    tokens = rp.tokens()
    rp.mount.command("account remove", rp.username)
    assert rp.authorize(prompt="none").error == "login_required"
    rp.userinfo(tokens["access_token"], status=401)


def test_nothing_is_written_when_a_session_is_used(rp):
    rp.authorize()
    before = rp.mount.content()
    assert rp.authorize(stop_at="consent", scope="openid profile").pages == []
    rp.browser.open("GET", rp.url("signed-in"))
    rp.browser.open("GET", rp.url(""))
    assert rp.authorize(prompt="none", scope="openid profile").error == "consent_required"
    assert rp.mount.content() == before


def test_nothing_is_written_for_whoever_is_not_signed_in(rp):
    before = rp.mount.content()
    assert rp.authorize(stop_at="login").pages == []
    rp.authorize(prompt="none")
    rp.authorize(press={"login": "login-cancel"})
    assert rp.mount.content() == before


IDLE = {"oidc.session_idle_expire": "1800", "oidc.includes": "pkgs.clock"}


@pytest.mark.parametrize("name", ["root", "included"])
def test_who_does_not_come_back_has_to_sign_in_again(open_mount, name):
    with open_mount(name, **IDLE) as mount:
        rp = RelyingParty(mount)
        rp.tokens()
        for _ in range(4):
            mount.clock.move(1700)
            before = mount.content()["sessions"]
            assert rp.authorize(prompt="none").code
            assert mount.content()["sessions"] == before
        copied = dict(rp.browser.cookies)
        mount.clock.move(1800)
        assert rp.authorize(prompt="none").error == "login_required"
        assert rp.authorize().code  # they sign in
        rp.browser.cookies = copied
        assert rp.authorize(prompt="none").error == "login_required"  # what was copied has aged


def test_the_mark_of_one_session_is_none_of_another(open_mount):
    with open_mount("root", **IDLE) as mount:
        one, other = RelyingParty(mount), RelyingParty(mount)
        one.tokens()
        other.tokens()
        name = next(each for each in one.browser.cookies if "oidc_seen" in each)
        one.browser.cookies[name] = other.browser.cookies[name]
        assert one.authorize(prompt="none").error == "login_required"

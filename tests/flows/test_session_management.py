"""Session Management 1.0, where it is switched on: what clients are told, what the cookie says, and the page in a frame."""

import hashlib
import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from mounts import behind_a_proxy, included, root, served
from rp import FORM, Browser, RelyingParty
from suite import CALLBACK, Suite

from oidc_op.extensions.session_management.state import origin_of

ENABLED = {"oidc.session_management_enable": "true"}
COOKIE = "op_browser_state"


@pytest.fixture(scope="module")
def _served(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served"), **ENABLED) as mount:
        yield mount


@pytest.fixture(scope="module")
def _proxied(tmp_path_factory):
    with behind_a_proxy(tmp_path_factory.mktemp("proxied"), **ENABLED) as mount:
        yield mount


@pytest.fixture(params=["root", "included", "served", "proxied"])
def mount(request, tmp_path, put_keys):
    """A provider whose sessions can be watched."""
    if request.param in ("root", "included"):
        with {"root": root, "included": included}[request.param](tmp_path, put_keys, **ENABLED) as made:
            yield made
    else:
        made = request.getfixturevalue(f"_{request.param}")
        made.clock.stop()
        yield made
        made.clock.reset()


def expected(session_state, client_id, origin, browser_state):
    """As the page in the frame reckons it."""
    salt = session_state.partition(".")[2]
    return hashlib.sha256(f"{client_id} {origin} {browser_state} {salt}".encode()).hexdigest() + "." + salt


def is_unchanged(rp, answer, origin="https://rp.example", browser=None):
    state = (browser or rp.browser).cookies.get(COOKIE, "")
    return answer.params["session_state"] == expected(answer.params["session_state"], rp.client_id, origin, state)


def cookies_of(replies):
    lines = [line for reply in replies for line in reply.all("Set-Cookie") if line.startswith(f"{COOKIE}=")]
    return [next(iter(SimpleCookie(line).values())) for line in lines]


def signed_in(rp):
    """The answers on the way through the sign-in page."""
    shown = rp.authorize(stop_at="login")
    return [rp.browser.fill_in(shown.url, shown.reply, "login-submit")]


def test_clients_are_told_the_state_of_the_session(rp):
    answer = rp.authorize()
    assert re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{32}", answer.params["session_state"])
    assert is_unchanged(rp, answer)


def test_it_is_salted_anew_each_time_and_differs_from_client_to_client(rp):
    first, second = rp.authorize(), rp.authorize(prompt="none")
    assert first.params["session_state"] != second.params["session_state"]
    assert is_unchanged(rp, second)
    other = RelyingParty(rp.mount)
    other.browser = rp.browser
    assert not is_unchanged(other, first)


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_it_comes_in_every_response_mode(rp, mode):
    assert is_unchanged(rp, rp.authorize(response_mode=mode))


def test_it_is_no_part_of_errors_and_of_requests_that_sign_nobody_in(rp):
    assert "session_state" not in rp.authorize(prompt="none").params
    assert "session_state" not in rp.authorize(scope="profile").params


def test_signing_in_again_changes_nothing_and_signing_out_does(rp):
    answer = rp.authorize()
    rp.authorize(prompt="login")
    assert is_unchanged(rp, answer)
    rp.end_session()
    assert COOKIE in rp.browser.cookies
    assert not is_unchanged(rp, answer)
    assert is_unchanged(rp, rp.authorize())
    assert not is_unchanged(rp, answer)


def test_another_person_is_another_state(rp):
    answer = rp.authorize()
    other = RelyingParty(rp.mount)
    other.browser.cookies = rp.browser.cookies
    other.authorize(prompt="login")
    assert not is_unchanged(rp, answer)


def test_the_cookie_is_for_scripts_in_frames_and_lasts_as_long_as_the_session(rp):
    (cookie,) = cookies_of(signed_in(rp))
    secure = rp.mount.issuer.startswith("https:")
    assert (cookie["httponly"], bool(cookie["secure"])) == ("", secure)
    assert cookie["samesite"] == ("None" if secure else "Lax")  # browsers want None to be secure
    assert cookie["path"] == (urlsplit(rp.mount.issuer).path or "/")
    assert int(cookie["max-age"]) == 14 * 86400
    assert re.fullmatch("[0-9a-f]{56}", cookie.value)


def test_after_signing_out_every_browser_says_the_same_and_forgets_it_at_its_end(rp):
    rp.authorize()
    shown = rp.end_session(press=None)
    reply = rp.browser.fill_in(shown.url, shown.reply, "logout-confirm")
    (cookie,) = cookies_of([rp.browser.open("GET", reply.header("Location"))])
    assert cookie["max-age"] == ""
    other = RelyingParty(rp.mount)
    other.authorize()
    other.end_session()
    assert other.browser.cookies[COOKIE] == rp.browser.cookies[COOKIE] == cookie.value


def test_the_cookie_is_put_right_where_it_is_missing_and_left_alone_where_it_is_not(rp):
    rp.authorize()
    state = rp.browser.cookies.pop(COOKIE)
    before = rp.mount.content()
    answer = rp.authorize(prompt="none", scope="profile")  # without consent: the answer is an error, and nothing is written
    assert answer.error == "consent_required"
    assert [each.value for each in cookies_of([answer.reply])] == [state]
    assert cookies_of([rp.authorize(prompt="none", scope="profile").reply]) == []
    assert rp.mount.content() == before


def test_a_session_that_ended_elsewhere_shows_at_the_next_request(rp):
    answer = rp.authorize()
    rp.mount.command("account remove", rp.username)
    rp.authorize(prompt="none")
    assert not is_unchanged(rp, answer)


def test_a_request_from_a_frame_that_lacks_the_sessions_cookie_proves_nothing(rp):
    answer = rp.authorize()
    browser = Browser(rp.mount, rp.username)
    browser.cookies[COOKIE] = rp.browser.cookies[COOKIE]
    assert rp.authorize(browser=browser, prompt="none").error == "login_required"
    assert is_unchanged(rp, answer, browser=browser)


def test_nothing_is_kept_or_sent_for_whoever_is_not_signed_in(rp):
    before = rp.mount.content()
    rp.authorize(stop_at="login")
    rp.browser.open("GET", rp.url("check-session-iframe"))
    assert COOKIE not in rp.browser.cookies
    assert rp.mount.content() == before


# the page in the frame


def test_the_page_may_be_framed_by_everybody_and_does_nothing_else(mount):
    reply = mount.send("GET", f"{mount.issuer}/check-session-iframe")
    assert (reply.status, reply.header("X-Frame-Options")) == (200, None)
    policy = dict(each.strip().split(" ", 1) for each in reply.header("Content-Security-Policy").split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "*",
        "base-uri": "'none'",
    }
    assert reply.header("Cache-Control") == "public, max-age=3600"
    assert reply.all("Set-Cookie") == []
    (script,) = re.findall(r'<script src="([^"]+)"[^>]*></script>', reply.text)
    script = mount.send("GET", script)
    assert script.status == 200
    assert "javascript" in script.header("Content-Type")
    assert f'data-cookie="{COOKIE}"' in reply.text
    assert mount.send("GET", f"{mount.issuer}/check-session-iframe/").body == reply.body


def test_no_other_page_may_be_framed(mount):
    for page in ("", "/login", "/end-session"):
        reply = mount.send("GET", mount.issuer + page)
        assert reply.header("X-Frame-Options") == "DENY"
        assert "frame-ancestors 'none'" in reply.header("Content-Security-Policy")


@pytest.mark.parametrize("query", ["a=" + "a" * 60_000, "a=%ff%fe", "a=%00", "a=1&a=2"])
def test_the_page_takes_no_parameters(mount, query):
    assert mount.send("GET", f"{mount.issuer}/check-session-iframe?{query}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_page_is_only_looked_at(mount, method):
    before = mount.content()
    reply = mount.send(method, f"{mount.issuer}/check-session-iframe", [("Content-Type", FORM)], b"a=b")
    assert (reply.status, reply.header("Allow")) == (405, "GET, HEAD")
    assert mount.content() == before


# oidcc-session-management


def test_oidcc_session_management(mount):
    suite = Suite(RelyingParty(mount, {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_basic"}))
    for endpoint in ("check_session_iframe", "end_session_endpoint"):
        assert suite.metadata[endpoint].startswith(f"{mount.issuer}/")
    answer, tokens, _ = suite.flow()
    state = answer.params["session_state"]
    assert not set(state) & set(' "\\')
    origin = "https://suite.test:8443"
    assert is_unchanged(suite.rp, answer, origin)
    suite.rp.end_session(id_token_hint=tokens["id_token"])
    assert suite.ask(prompt="none").error == "login_required"
    assert not is_unchanged(suite.rp, answer, origin)


# settings


def test_it_is_off_where_nobody_switched_it_on(tmp_path, put_keys):
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount)
        assert "session_state" not in rp.authorize().params
        assert COOKIE not in rp.browser.cookies
        assert "check_session_iframe" not in Suite(rp).metadata
        assert mount.send("GET", f"{mount.issuer}/check-session-iframe").status == 404


def test_it_may_be_included_like_any_extension(tmp_path, put_keys):
    settings = ENABLED | {"oidc.includes": "pkgs.clock pkgs.hasty oidc_op.extensions.session_management"}
    with root(tmp_path, put_keys, **settings) as mount:
        assert "session_state" in RelyingParty(mount).authorize().params


def unauthenticated(tmp_path, put_keys, name, **settings):
    folder = tmp_path / name
    folder.mkdir()
    with root(folder, put_keys, **ENABLED, **settings) as mount:
        rp = RelyingParty(mount)
        rp.authorize()
        rp.end_session()
        return rp.browser.cookies[COOKIE]


def test_the_state_of_nobody_is_the_same_on_every_server_with_the_master_secret(tmp_path, put_keys):
    assert unauthenticated(tmp_path, put_keys, "one") == unauthenticated(tmp_path, put_keys, "two")


def test_the_settings_may_name_what_it_is_made_of(tmp_path, put_keys):
    found = unauthenticated(tmp_path, put_keys, "one", **{"oidc.unauthenticated_session_management_key": "a fixed string"})
    assert found == hashlib.sha224(b"a fixed string").hexdigest()


# a host with a sign-in of its own


@pytest.mark.parametrize("tells", [True, False])
def test_the_cookie_follows_a_hosts_sign_in_and_sign_out(tmp_path, put_keys, tells):
    settings = ENABLED | {"oidc.login_url": "/host-login", "host.tells": tells}
    with included(tmp_path, put_keys, **settings) as mount:
        rp = RelyingParty(mount, person="user-ann")
        answer = rp.authorize()
        assert is_unchanged(rp, answer)
        rp.browser.open("GET", f"{mount.origin}/host-logout")
        if not tells:
            rp.authorize(prompt="none")  # we learn of it when the browser comes by
        assert not is_unchanged(rp, answer)


# the formula


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://rp.example/cb", "https://rp.example"),
        ("https://RP.Example/cb?a=b", "https://rp.example"),
        ("https://rp.example:443/cb", "https://rp.example"),
        ("https://rp.example:8443/cb", "https://rp.example:8443"),
        ("http://localhost:80/cb", "http://localhost"),
        ("http://localhost:443/cb", "http://localhost:443"),
        ("http://[::1]:5000/cb", "http://[::1]:5000"),
    ],
)
def test_an_origin_is_written_as_browsers_do(redirect_uri, origin):
    assert origin_of(redirect_uri) == origin

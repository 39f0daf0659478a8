"""Requests that do not fit into an address: what a client may send arrives, behind any proxy, and nobody fills the store with it."""

import re

import pytest
from rp import FORM

pytestmark = pytest.mark.mounts("root", "served", "postgresql")

ROOM = 4096  # bytes of headers that nginx takes of an answer, and the least that others take of an address
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def request_url(rp, **changes):
    return rp.url("authorize", **rp.parameters(**changes))


def headers_of(reply):
    return sum(len(name) + len(value) + 4 for name, value in reply.headers)


@pytest.mark.parametrize("length", [1000, 3000, 6000, 30_000])
def test_every_answer_on_the_way_is_short_whatever_the_state(rp, length):
    state = "s" * length
    shown = rp.authorize(stop_at="consent", state=state, prompt="consent")
    assert len(shown.url) < ROOM
    assert headers_of(shown.reply) < ROOM
    reply = rp.browser.fill_in(shown.url, shown.reply, "consent-accept")
    assert len(reply.header("Location")) < ROOM
    assert rp.authorize(state=state).params["state"] == state


@pytest.mark.mounts("root", "postgresql")
def test_what_is_kept_is_kept_once_and_for_its_own_purpose_and_time(rp):
    before = set(rp.mount.content()["tickets"])
    shown = rp.authorize(stop_at="consent", prompt="consent", state="s" * 3000)  # through the sign-in
    (key,) = set(rp.mount.content()["tickets"]) - before
    assert "s" * 3000 in str(rp.mount.content()["tickets"][key].data)
    resume = shown.url.partition("?resume=")[2]
    assert rp.browser.open("GET", rp.url("end-session") + f"?resume={resume}").status == 400
    assert "unknown here" in rp.browser.open("GET", rp.url("login") + f"?resume={resume[:-2]}AA").text
    rp.mount.clock.move(3601)
    assert rp.browser.open("GET", shown.url).status == 400


@pytest.mark.mounts("root")
def test_nobody_fills_the_store_with_them(rp, monkeypatch):
    monkeypatch.setattr(rp.mount, "address", "198.51.100.77")
    for _ in range(500):
        assert rp.mount.send("GET", request_url(rp, state="s" * 3000)).status == 303
    late = rp.mount.send("GET", request_url(rp, state="s" * 3000))
    assert "error_description=the%20request%20is%20too%20long" in late.header("Location")
    assert rp.mount.send("GET", request_url(rp, state="s" * 500)).header("Location").startswith(rp.url("login"))
    monkeypatch.setattr(rp.mount, "address", "198.51.100.78")
    assert rp.mount.send("GET", request_url(rp, state="s" * 3000)).header("Location").startswith(rp.url("login"))
    rp.mount.clock.move(3600)
    monkeypatch.setattr(rp.mount, "address", "198.51.100.77")
    assert rp.mount.send("GET", request_url(rp, state="s" * 3000)).header("Location").startswith(rp.url("login"))


def test_a_long_hint_ends_the_session(rp):
    tokens = rp.tokens(nonce="n" * 6000)
    assert len(tokens["id_token"]) > 8192
    form = f"id_token_hint={tokens['id_token']}".encode()
    reply = rp.mount.send("POST", rp.url("end-session"), [("Content-Type", FORM)], form)
    assert reply.status == 303
    assert "You are signed out" in rp.browser.open("GET", reply.header("Location")).text


def test_the_policy_of_a_page_is_short_however_many_hosts_a_client_has(make_rp):
    rp = make_rp({"redirect_uris": [f"https://shop{number}.example/callback" for number in range(150)]})
    shown = rp.authorize(stop_at="login")
    assert headers_of(shown.reply) < ROOM
    assert "https://shop0.example" in shown.reply.header("Content-Security-Policy")


def test_a_browser_that_says_what_it_asks_for_is_led_on_by_a_page(rp):
    """It holds form-action against redirects of the client's own; programs are redirected."""
    shown = rp.authorize(stop_at="login")
    reply = rp.browser.open("GET", shown.url, **NAVIGATION)
    assert "form-action 'self';" in reply.header("Content-Security-Policy")
    asked = rp.authorize(stop_at="consent", prompt="consent")
    resumed = rp.browser.fill_in(asked.url, asked.reply, "consent-accept").header("Location")
    page = rp.browser.open("GET", resumed, **NAVIGATION)
    assert (page.status, page.header("Location")) == (200, None)
    (onward,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]*)"', page.text)
    assert onward.startswith(f"{rp.redirect_uri}?code=")
    assert rp.browser.open("GET", resumed, **{"Sec-Fetch-Mode": "cors"}).status == 303


@pytest.mark.mounts("root")
def test_nothing_is_written_for_a_short_one(rp):
    with rp.mount.unchanged():
        rp.authorize(stop_at="login")

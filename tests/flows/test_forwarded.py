"""Behind a proxy: where people come from is what that proxy says, and nobody else."""

import http.client
import itertools
from urllib.parse import urlencode, urlsplit

import pytest
from rp import FORM, PASSWORD, Form, RelyingParty

LATER = itertools.count(1_000 * 3600, 6 * 3600)  # seconds; so that what other tests did there is forgotten
FIRST, SECOND = "198.51.100.71", "198.51.100.72"
STRANGER = "127.0.0.2"  # another peer than the proxy, on the same machine


@pytest.fixture
def rp(open_mount):
    """At a provider that slows down those who guess passwords."""
    with open_mount("extended") as mount:
        mount.clock.move(next(LATER))
        yield RelyingParty(mount)


def sign_in(rp, address, password, **headers):
    """The status of an attempt through the proxy by somebody at ``address``."""
    rp.mount.address = address
    rp.browser.cookies.clear()
    shown = rp.authorize(stop_at="login")
    form = dict(Form.of(shown.reply.text).hidden) | {"username": rp.username, "password": password, "login-submit": "1"}
    return rp.browser.open("POST", rp.url("login"), urlencode(form).encode(), **headers).status


def test_each_address_that_the_proxy_names_has_failures_of_its_own(rp):
    assert [sign_in(rp, FIRST, "wrong") for _ in range(5)] == [400] * 5
    assert sign_in(rp, FIRST, PASSWORD) == 429
    assert sign_in(rp, SECOND, PASSWORD) == 303


def test_who_tells_the_proxy_another_address_is_still_where_the_proxy_sees_them(rp):
    lies = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(6)]
    assert [sign_in(rp, FIRST, "wrong", **lie) for lie in lies[:5]] == [400] * 5
    assert sign_in(rp, FIRST, PASSWORD, **lies[5]) == 429


def test_what_the_proxy_says_of_the_host_is_where_people_are_sent(rp):
    shown = rp.authorize(stop_at="login")
    assert shown.url.startswith(f"{rp.mount.issuer}/login?")
    assert rp.mount.issuer.endswith("/id")


def test_what_somebody_else_forwards_is_dropped(rp):
    """Past the proxy: five failures with five addresses are five from the one address that is true."""
    shown = rp.authorize(stop_at="login")
    form = dict(Form.of(shown.reply.text).hidden) | {"username": rp.username, "login-submit": "1"}
    cookie = "; ".join(f"{name}={value}" for name, value in rp.browser.cookies.items())

    def attempt(password, forwarded_for):
        server = http.client.HTTPConnection("127.0.0.1", rp.mount.served.port, timeout=30, source_address=(STRANGER, 0))
        sent = {"Content-Type": FORM, "Cookie": cookie, "X-Forwarded-For": forwarded_for, "Host": urlsplit(rp.mount.issuer).netloc}
        server.request("POST", "/id/login", urlencode(form | {"password": password}), sent)
        reply = server.getresponse()
        server.close()
        return reply.status

    assert [attempt("wrong", f"203.0.113.{number}") for number in range(5)] == [400] * 5
    assert attempt(PASSWORD, "203.0.113.99") == 429
    told = [each["address"] for each in rp.mount.notes.all("told") if each["event"] == "SignInFailed"]
    assert told == [STRANGER] * 5
    assert sign_in(rp, "203.0.113.1", PASSWORD) == 303  # nothing was counted against those who were named

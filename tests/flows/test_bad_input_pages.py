"""Input that an attacker chose, at the pages and at UserInfo: a clear 4xx each time, and an unchanged store."""

from urllib.parse import urlencode

import pytest
from rp import FORM, Form

VALUES = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
    "doubled": None,
}
PAGES = {
    "login": ("login-submit", {"username": "ann", "password": "correct horse"}),
    "consent": ("consent-accept", {"allow": "1"}),
    "select-account": ("account-continue", {"account-continue": "1"}),
}


def shown(rp, page):
    """The page, reached by a request that leads there."""
    if page == "select-account":
        rp.authorize()
    return rp.authorize(stop_at=page, prompt={"select-account": "select_account"}.get(page))


def body(fields, name, value):
    pairs = urlencode([(each, text) for each, text in fields.items() if each != name or value is None]).encode()
    return pairs + b"&" + name.encode() + b"=" + (b"x" if value is None else value)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(("page", "name"), [(page, name) for page in PAGES for name in ("csrf_token", "resume", *PAGES[page][1])])
def test_the_pages(rp, page, name, value):
    answer = shown(rp, page)
    fields = dict(Form.of(answer.reply.text).hidden) | PAGES[page][1]
    if page == "login":
        fields["username"] = rp.username
    assert {"csrf_token", "resume"} <= set(fields)
    before = rp.mount.content()
    reply = rp.browser.open("POST", rp.url(page), body(fields, name, VALUES[value]))
    assert reply.status == 400
    assert 'id="error-code"' in reply.text
    assert "Traceback" not in reply.text
    assert rp.mount.content() == before
    assert rp.authorize().code  # nothing was lost


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", [name for name in VALUES if name != "doubled"])
def test_a_page_reached_with_a_request_that_is_none(rp, page, value):
    url = f"{rp.url(page)}?resume={VALUES[value].decode('latin-1')}"
    before = rp.mount.content()
    assert rp.browser.open("GET", url).status in (400, 414, 431)
    assert rp.mount.content() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_request_sealed_for_something_else_is_none(rp, page):
    token = rp.tokens()["access_token"]
    for resume in ("x", token, "A" * 400):
        assert rp.browser.open("GET", rp.url(page, resume=resume)).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["authorize", "token", "userinfo", "jwks", "login", "consent", "select-account", ".well-known/openid-configuration"]
)
def test_a_method_that_is_not_offered(rp, path, method):
    before = rp.mount.content()
    reply = rp.mount.send(method, rp.url(path), [("Content-Type", FORM)], b"grant_type=authorization_code&code=x")
    assert reply.status == 405
    assert method not in reply.header("Allow")
    assert rp.mount.content() == before


@pytest.mark.parametrize("value", VALUES)
def test_an_access_token_in_a_form(rp, value):
    token = rp.tokens()["access_token"]
    before = rp.mount.content()
    sent = body({"access_token": token}, "access_token", VALUES[value])
    reply = rp.mount.send("POST", rp.url("userinfo"), [("Content-Type", FORM)], sent)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert reply.header("WWW-Authenticate").startswith('Bearer realm="')
    assert rp.mount.content() == before


def test_two_hundred_parameters_are_enough(rp):
    many = "&".join(f"a{each}=1" for each in range(250)).encode()
    reply = rp.mount.send("POST", rp.url("token"), [("Content-Type", FORM), ("Authorization", rp.basic())], many)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")

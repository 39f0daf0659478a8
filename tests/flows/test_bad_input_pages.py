"""Input that an attacker chose, at the pages and at UserInfo: a clear 4xx each time, and an unchanged store."""

from urllib.parse import urlencode

import pytest
from malformed import MALFORMED, ON_TWO_MOUNTS
from rp import FORM, Form

VALUES = MALFORMED | {"doubled": None}
OFFERED = dict.fromkeys(("authorize", "userinfo", "login", "consent", "select-account"), ("GET", "POST")) | {
    "token": ("POST",),
    "jwks": ("GET",),
    ".well-known/openid-configuration": ("GET",),
    ".well-known/oauth-authorization-server": ("GET",),
}
PAGES = {
    "login": ("login-submit", {"username": "ann", "password": "correct horse"}),
    "consent": ("consent-accept", {"allow": "1"}),
    "select-account": ("account-continue", {"account-continue": "1"}),
}

pytestmark = ON_TWO_MOUNTS


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
@pytest.mark.parametrize("value", MALFORMED)
def test_a_page_reached_with_a_request_that_is_none(rp, page, value):
    url = f"{rp.url(page)}?resume={MALFORMED[value].decode('latin-1')}"
    before = rp.mount.content()
    assert rp.browser.open("GET", url).status in (400, 414, 431)
    assert rp.mount.content() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_request_sealed_for_something_else_is_none(rp, page):
    token = rp.tokens()["access_token"]
    for resume in ("x", token, "A" * 400):
        with rp.mount.unchanged():
            assert rp.browser.open("GET", rp.url(page, resume=resume)).status == 400


@pytest.mark.parametrize(
    ("path", "method"),
    [(path, method) for path in OFFERED for method in ("GET", "POST", "PUT", "DELETE", "PATCH") if method not in OFFERED[path]],
)
def test_a_method_that_is_not_offered(mount, path, method):
    with mount.unchanged():
        reply = mount.send(method, f"{mount.issuer}/{path}", [("Content-Type", FORM)], b"grant_type=authorization_code&code=x")
    assert reply.status == 405
    assert {each for each in reply.header("Allow").split(", ") if each not in ("HEAD", "OPTIONS")} == set(OFFERED[path])


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
    with rp.mount.unchanged():
        reply = rp.mount.send("POST", rp.url("token"), [("Content-Type", FORM), ("Authorization", rp.basic())], many)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")

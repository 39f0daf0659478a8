"""Input that an attacker chose, where sessions end and are watched: a clear 4xx each time, and an unchanged store."""

from urllib.parse import urlencode

import pytest
from malformed import ON_TWO_MOUNTS
from rp import FORM, Form

VALUES = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
    "doubled": b"x&{name}=y",
}
PARAMETERS = ("id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "resume")

pytestmark = ON_TWO_MOUNTS


def sent(name, value):
    return name.encode() + b"=" + VALUES[value].replace(b"{name}", name.encode())


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("value", VALUES)
def test_the_request(rp, name, value):
    rp.authorize()
    before = rp.mount.content()
    query = sent(name, value)
    if value != "raw bytes" or rp.mount.issuer.startswith("https"):
        reply = rp.browser.open("GET", f"{rp.url('end-session')}?{query.decode('latin-1')}")
        assert reply.status in (400, 414, 431)
        assert "error-code" in reply.text or reply.status != 400
    reply = rp.mount.send("POST", rp.url("end-session"), [("Content-Type", FORM)], query)
    assert reply.status == 400
    assert 'id="error-code"' in reply.text
    assert rp.mount.content() == before
    assert rp.authorize(prompt="none").code


@pytest.mark.parametrize("name", ["csrf_token", "resume", "logout-confirm"])
@pytest.mark.parametrize("value", VALUES)
def test_the_answer_of_the_person(rp, name, value):
    rp.authorize()
    fields = dict(Form.of(rp.end_session(press=None).reply.text).hidden) | {"logout-confirm": "1"}
    before = rp.mount.content()
    body = urlencode({each: text for each, text in fields.items() if each != name}).encode() + b"&" + sent(name, value)
    assert rp.browser.open("POST", rp.url("end-session"), body).status == 400
    assert rp.mount.content() == before
    assert rp.end_session().pages == ["end-session"]  # nothing was lost


@pytest.mark.parametrize("missing", ["csrf_token", "resume"])
def test_an_answer_to_no_question(rp, missing):
    rp.authorize()
    fields = dict(Form.of(rp.end_session(press=None).reply.text).hidden) | {"logout-confirm": "1"}
    del fields[missing]
    assert rp.browser.open("POST", rp.url("end-session"), urlencode(fields).encode()).status == 400
    assert rp.authorize(prompt="none").code


@pytest.mark.parametrize("resume", ["x", "A" * 400, "token", "authorization"])
def test_a_request_that_was_sealed_for_something_else_is_none(rp, resume):
    if resume == "token":
        resume = rp.tokens()["access_token"]
    elif resume == "authorization":
        resume = dict(Form.of(rp.authorize(stop_at="login").reply.text).hidden)["resume"]
    assert rp.browser.open("GET", rp.url("end-session", resume=resume)).status == 400


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_forms_are_form_encoded(mount, content_type):
    reply = mount.send("POST", f"{mount.issuer}/end-session", [("Content-Type", content_type)], b'{"state": "x"}')
    assert reply.status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_is_not_offered(rp, method):
    rp.authorize()
    before = rp.mount.content()
    reply = rp.browser.open(method, rp.url("end-session"), b"logout-confirm=1")
    assert (reply.status, reply.header("Allow")) == (405, "GET, POST")
    assert rp.mount.content() == before


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "..", "e30.e30.e30", "\u20ac", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOjd9.e30.AA", "a" * 60_000]
)
def test_a_hint_that_is_no_token(rp, token):
    before = rp.mount.content()
    query = urlencode({"id_token_hint": token})
    reply = rp.mount.send("POST", rp.url("end-session"), [("Content-Type", FORM)], query.encode())
    reply = rp.browser.open("GET", reply.header("Location")) if reply.status == 303 else reply
    assert reply.status == 400
    assert 'id="error-code"' in reply.text
    assert rp.mount.content() == before

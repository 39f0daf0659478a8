"""Input that an attacker chose: a clear 4xx each time, and an unchanged store."""

from urllib.parse import quote, urlencode

import pytest
from rp import FORM

VALUES = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
}
AUTHORIZE = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age", "code_challenge", "resume")
TOKEN = ("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id", "client_secret")


def encoded(params, name, value):
    pairs = [f"{each}={quote(text)}".encode() for each, text in params.items() if each != name]
    return b"&".join([*pairs, name.encode() + b"=" + value])


@pytest.mark.parametrize("name", AUTHORIZE)
@pytest.mark.parametrize("value", VALUES)
def test_the_authorization_endpoint(rp, name, value):
    before = rp.mount.content()
    query = encoded(rp.parameters(), name, VALUES[value])
    if value != "raw bytes" or rp.mount.issuer.startswith("https"):
        reply = rp.mount.send("GET", f"{rp.mount.issuer}/authorize?{query.decode('latin-1')}")
        assert is_clear(reply), reply
    assert is_clear(rp.mount.send("POST", rp.url("authorize"), [("Content-Type", FORM)], query))
    assert rp.mount.content() == before


@pytest.mark.parametrize("name", TOKEN)
@pytest.mark.parametrize("value", VALUES)
def test_the_token_endpoint(rp, name, value):
    before = rp.mount.content()
    params = {"grant_type": "authorization_code", "code": "A" * 44, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
    reply = rp.mount.send(
        "POST", rp.url("token"), [("Content-Type", FORM), ("Authorization", rp.basic())], encoded(params, name, VALUES[value])
    )
    assert reply.status == 400
    assert reply.json["error"] in ("invalid_request", "invalid_grant")
    assert reply.header("Cache-Control") == "no-store"
    assert rp.mount.content() == before


@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age", "code_challenge"]
)
def test_no_recognised_parameter_comes_twice(rp, name):
    query = urlencode(rp.parameters(prompt="consent", max_age="10")) + f"&{name}=x"
    reply = rp.mount.send("GET", f"{rp.mount.issuer}/authorize?{query}")
    assert (reply.status, reply.header("Location")) == (400, None)
    assert rp.authorize(foo="1").code


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"])
def test_nor_at_the_token_endpoint(rp, name):
    code = rp.authorize().code
    body = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier})
    sent = [("Content-Type", FORM), ("Authorization", rp.basic())]
    if name == "client_id":
        body += f"&client_id={rp.client_id}"
    reply = rp.mount.send("POST", rp.url("token"), sent, f"{body}&{name}=x".encode())
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert rp.redeem(code)["access_token"]  # nothing was lost


def test_resource_and_audience_may(rp):
    code = rp.authorize().code
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
    body = urlencode(
        [*fields.items(), ("resource", "https://a.example"), ("resource", "https://b.example"), ("audience", "a"), ("audience", "b")]
    )
    assert rp.mount.send("POST", rp.url("token"), [("Content-Type", FORM), ("Authorization", rp.basic())], body.encode()).status == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize("path", ["token", "authorize", "login", "consent", "select-account"])
def test_forms_are_form_encoded(mount, path, content_type):
    reply = mount.send("POST", f"{mount.issuer}/{path}", [("Content-Type", content_type)], b'{"grant_type": "authorization_code"}')
    assert reply.status == 400


def test_other_types_are_no_way_to_show_a_token(rp):
    token = rp.tokens()["access_token"]
    reply = rp.mount.send("POST", rp.url("userinfo"), [("Content-Type", "application/json")], f'{{"access_token": "{token}"}}'.encode())
    assert reply.status == 401


@pytest.mark.parametrize("change", [{"grant_type": None}, {"code": None}, {"code": ""}])
def test_what_is_missing_is_said(rp, change):
    fields = {"grant_type": "authorization_code", "code": "A" * 44, "redirect_uri": rp.redirect_uri} | change
    assert rp.post("token", fields, status=400).json["error"] == "invalid_request"


@pytest.mark.parametrize("grant_type", ["password", "implicit", "x" * 300])
def test_a_grant_type_that_is_not_offered(rp, grant_type):
    assert rp.post("token", {"grant_type": grant_type}, status=400).json["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    "path", ["/%ff", "/%00", "/authorize/%c3%28", "//evil.example", "/static/../../etc/passwd", "/static/%2e%2e/setup.py"]
)
def test_paths(mount, path):
    reply = mount.send("GET", mount.issuer + path)
    assert reply.status in (400, 404) or (mount.origin != mount.issuer and reply.status == 500 and "host" in reply.text), reply


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer \xff", "Bearer a b", "Bearer " + "A" * 60_000, "Basic x", "DPoP x"])
def test_authorization_headers(mount, authorization):
    reply = mount.send("GET", f"{mount.issuer}/userinfo", [("Authorization", authorization)])
    assert reply.status in (400, 401)
    assert reply.header("WWW-Authenticate").startswith("Bearer ")


def test_nothing_is_written_for_those_who_are_refused(rp):
    code = rp.authorize().code
    before = rp.mount.content()
    rp.authorize(prompt="bogus")
    rp.authorize(client_id="nobody")
    rp.authorize(stop_at="login", browser=type(rp.browser)(rp.mount, rp.username))
    rp.redeem(code, status=400, code_verifier="w" * 43)
    rp.redeem("A" * 44, status=400)
    rp.refresh("A" * 44, status=400)
    rp.post("token", {"grant_type": "authorization_code", "code": code}, status=401, basic=False)
    assert rp.mount.content() == before


def is_clear(reply):
    """A page that says so, or an error for the client."""
    if reply.status == 303:
        return "error=" in reply.header("Location") or "/login?" in reply.header("Location")
    return 400 <= reply.status < 500

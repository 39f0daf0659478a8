"""Input that an attacker chose: a clear 4xx each time, and an unchanged store."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from malformed import MALFORMED, ON_TWO_MOUNTS
from rp import FORM

AUTHORIZE = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age", "code_challenge", "resume")
TOKEN = ("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id", "client_secret")
PUBLIC = (".well-known/openid-configuration", ".well-known/oauth-authorization-server", "jwks")

pytestmark = ON_TWO_MOUNTS


def encoded(params, name, value):
    pairs = [f"{each}={quote(text)}".encode() for each, text in params.items() if each != name]
    return b"&".join([*pairs, name.encode() + b"=" + value])


def may_stand_in_a_query(mount, value):
    """Raw bytes may not where a client library spells them in between, and a proxy refuses a long line itself."""
    in_process, at_a_root = mount.issuer.startswith("https:"), mount.issuer == mount.origin
    return {"raw bytes": in_process, "oversized": in_process or at_a_root}.get(value, True)


@pytest.mark.parametrize("name", AUTHORIZE)
@pytest.mark.parametrize("value", MALFORMED)
def test_the_authorization_endpoint(rp, name, value):
    query = encoded(rp.parameters(), name, MALFORMED[value])
    with rp.mount.unchanged():
        replies = [rp.mount.send("POST", rp.url("authorize"), [("Content-Type", FORM)], query)]
        if may_stand_in_a_query(rp.mount, value):
            replies.append(rp.mount.send("GET", f"{rp.url('authorize')}?{query.decode('latin-1')}"))
    for reply in replies:
        assert (reply.status, reply.header("Location")) == (400, None)
        assert 'id="error-code"' in reply.text


@pytest.mark.parametrize("name", TOKEN)
@pytest.mark.parametrize("value", MALFORMED)
def test_the_token_endpoint(rp, name, value):
    params = {"grant_type": "authorization_code", "code": "A" * 44, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
    sent = [("Content-Type", FORM), ("Authorization", rp.basic())]
    with rp.mount.unchanged():
        reply = rp.mount.send("POST", rp.url("token"), sent, encoded(params, name, MALFORMED[value]))
    assert reply.status == 400
    assert reply.json["error"] in ("invalid_request", "invalid_grant")
    assert reply.header("Cache-Control") == "no-store"


@pytest.mark.parametrize("path", [*PUBLIC, "userinfo"])
@pytest.mark.parametrize("value", MALFORMED)
def test_endpoints_without_parameters(rp, path, value):
    shown = [("Authorization", f"Bearer {rp.tokens()['access_token']}")] if path == "userinfo" else []
    if may_stand_in_a_query(rp.mount, value):
        with rp.mount.unchanged():
            reply = rp.mount.send("GET", f"{rp.url(path)}?a={MALFORMED[value].decode('latin-1')}", shown)
        assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert rp.mount.send("GET", f"{rp.url(path)}?a=%C3%A4&a=2", shown).status == 200  # what it does not recognise is ignored


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        *(("client_id", False), ("redirect_uri", False), ("response_type", False), ("scope", True), ("state", True)),
        *(("nonce", True), ("prompt", True), ("max_age", True), ("code_challenge", True)),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_recognised_parameter_comes_twice(rp, method, name, is_told):
    """The client is told, once it is known who it is and where to tell it (RFC 6749 §4.1.2.1)."""
    query = urlencode(rp.parameters(prompt="consent", max_age="10")) + f"&{name}=x"
    url = f"{rp.mount.issuer}/authorize"
    with rp.mount.unchanged():
        if method == "GET":
            reply = rp.mount.send("GET", f"{url}?{query}")
        else:
            reply = rp.mount.send("POST", url, [("Content-Type", FORM)], query.encode())
    said = f"{name} is given more than once"
    if is_told:
        answer = dict(parse_qsl(urlsplit(reply.header("Location")).query))
        assert (reply.status, answer["error"], answer["error_description"]) == (303, "invalid_request", said)
        assert answer.get("state") == (None if name == "state" else "the state")
    else:
        assert (reply.status, reply.header("Location")) == (400, None)
        assert said in reply.text
    assert rp.authorize(foo="1").code


def test_nor_where_the_client_cannot_be_told(rp):
    query = urlencode(rp.parameters(redirect_uri="https://evil.example/")) + "&nonce=x"
    assert rp.mount.send("GET", f"{rp.mount.issuer}/authorize?{query}").status == 400


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"])
def test_nor_at_the_token_endpoint(rp, name):
    code = rp.authorize().code
    body = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier})
    sent = [("Content-Type", FORM), ("Authorization", rp.basic())]
    if name == "client_id":
        body += f"&client_id={rp.client_id}"
    with rp.mount.unchanged():
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
    with mount.unchanged():
        reply = mount.send("POST", f"{mount.issuer}/{path}", [("Content-Type", content_type)], b'{"grant_type": "authorization_code"}')
    assert reply.status == 400


def test_other_types_are_no_way_to_show_a_token(rp):
    token = rp.tokens()["access_token"]
    body = f'{{"access_token": "{token}"}}'.encode()
    with rp.mount.unchanged():
        reply = rp.mount.send("POST", rp.url("userinfo"), [("Content-Type", "application/json")], body)
    assert reply.status == 401


@pytest.mark.parametrize("change", [{"grant_type": None}, {"code": None}, {"code": ""}])
def test_what_is_missing_is_said(rp, change):
    fields = {"grant_type": "authorization_code", "code": "A" * 44, "redirect_uri": rp.redirect_uri} | change
    with rp.mount.unchanged():
        assert rp.post("token", fields, status=400).json["error"] == "invalid_request"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_what_is_missing_is_said_to_the_person_while_there_is_nobody_else_to_tell(rp, name):
    with rp.mount.unchanged():
        answer = rp.authorize(**{name: None})
    assert (answer.error, answer.page_error, answer.reply.status) == ("page", "invalid_request", 400)
    assert f"{name} is missing" in answer.reply.text


@pytest.mark.parametrize(("name", "error"), [("response_type", "invalid_request"), ("scope", "invalid_scope")])
def test_and_to_the_client_where_it_is_known(rp, name, error):
    with rp.mount.unchanged():
        answer = rp.authorize(**{name: None})
    assert (answer.part, answer.error, answer.params["state"]) == ("query", error, "the state")


@pytest.mark.parametrize("grant_type", ["password", "implicit", "x" * 300])
def test_a_grant_type_that_is_not_offered(rp, grant_type):
    with rp.mount.unchanged():
        assert rp.post("token", {"grant_type": grant_type}, status=400).json["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%ff", 400),
        ("/authorize/%c3%28", 400),
        ("/%00", 404),
        ("//evil.example", 404),
        ("/static/../../etc/passwd", 404),
        ("/static/%2e%2e/setup.py", 404),
    ],
)
def test_paths(mount, path, status):
    with mount.unchanged():
        assert mount.send("GET", mount.issuer + path).status == status


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer \xff", "Bearer a b", "Bearer " + "A" * 60_000, "Basic x", "DPoP x"])
def test_authorization_headers(mount, authorization):
    with mount.unchanged():
        reply = mount.send("GET", f"{mount.issuer}/userinfo", [("Authorization", authorization)])
    assert reply.status in (400, 401)
    assert reply.header("WWW-Authenticate").startswith("Bearer ")


def test_nothing_is_written_for_those_who_are_refused(rp):
    code = rp.authorize().code
    with rp.mount.unchanged():
        rp.authorize(prompt="bogus")
        rp.authorize(client_id="nobody")
        rp.authorize(stop_at="login", browser=type(rp.browser)(rp.mount, rp.username))
        rp.redeem(code, status=400, code_verifier="w" * 43)
        rp.redeem("A" * 44, status=400)
        rp.refresh("A" * 44, status=400)
        rp.post("token", {"grant_type": "authorization_code", "code": code}, status=401, basic=False)

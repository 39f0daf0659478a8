"""Input that an attacker chose, where tokens are asked about and given back: a clear 4xx, and an unchanged store."""

from urllib.parse import urlencode

import pytest
from flows.test_bad_input import encoded
from malformed import MALFORMED, ON_TWO_MOUNTS
from rp import FORM

ENDPOINTS = ("introspect", "revoke")
PARAMETERS = ("token", "token_type_hint", "client_id", "client_secret")

pytestmark = [pytest.mark.parametrize("endpoint", ENDPOINTS), ON_TWO_MOUNTS]


def send(rp, endpoint, body, *headers, query=""):
    sent = [("Content-Type", FORM), ("Authorization", rp.basic())] if not headers else list(headers)
    return rp.mount.send("POST", rp.url(endpoint) + query, sent, body)


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("value", MALFORMED)
def test_values(rp, endpoint, name, value):
    before = rp.mount.content()
    reply = send(rp, endpoint, encoded({"token": "A" * 44}, name, MALFORMED[value]))
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert reply.header("Cache-Control") == "no-store"
    assert rp.mount.content() == before


@pytest.mark.parametrize("name", ["token", "token_type_hint", "client_id"])
def test_no_parameter_comes_twice(rp, endpoint, name):
    token = rp.tokens()["refresh_token"]
    before = rp.mount.content()
    body = urlencode({"token": token, "token_type_hint": "refresh_token", "client_id": rp.client_id}) + f"&{name}=x"
    reply = send(rp, endpoint, body.encode())
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert rp.mount.content() == before


@pytest.mark.parametrize("body", [b"", b"token=", b"token_type_hint=access_token", b"Token=x"])
def test_the_token_is_required(rp, endpoint, body):
    reply = send(rp, endpoint, body)
    assert (reply.status, reply.json) == (400, {"error": "invalid_request", "error_description": "token is missing"})


def test_not_in_the_query(rp, endpoint):
    token = rp.tokens()["refresh_token"]
    before = rp.mount.content()
    for body in (b"", f"token={token}".encode()):
        reply = send(rp, endpoint, body, query=f"?token={token}")
        assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert rp.mount.content() == before


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_forms_are_form_encoded(rp, endpoint, content_type):
    token = rp.tokens()["refresh_token"]
    before = rp.mount.content()
    reply = send(rp, endpoint, f'{{"token": "{token}"}}'.encode(), ("Content-Type", content_type), ("Authorization", rp.basic()))
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert rp.mount.content() == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_by_post(rp, endpoint, method):
    token = rp.tokens()["refresh_token"]
    before = rp.mount.content()
    reply = rp.mount.send(method, rp.url(endpoint, token=token), [("Authorization", rp.basic())])
    assert reply.status == 405
    assert reply.header("Allow").startswith("POST")
    assert rp.mount.content() == before


def test_one_way_to_authenticate(rp, endpoint):
    body = urlencode({"token": "x", "client_id": rp.client_id, "client_secret": rp.client_secret}).encode()
    reply = send(rp, endpoint, body)
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")

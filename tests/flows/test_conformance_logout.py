"""The modules of oidcc-rp-initiated-logout, by their names: what the suite sends, and what it wants to see."""

import base64
import json
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

pytestmark = pytest.mark.mounts("root", "served", "postgresql")

GOODBYE = "https://suite.test:8443/test/a/op/post_logout_redirect"
STATE = "!#$%&'()*,-./0123456789:<=>?@ABCXYZ[]^_`abcxyz{|}~"  # 50 characters


@pytest.fixture
def suite(make_suite):
    """The suite, after its first flow."""
    suite = make_suite(post_logout_redirect_uris=[GOODBYE], client_secret="a secret of at least thirty-two bytes")
    _, tokens, _ = suite.flow()
    suite.id_token = tokens["id_token"]
    return suite


def is_signed_in(suite):
    answer = suite.ask(prompt="none")
    assert answer.error in (None, "login_required")
    assert answer.params["state"]
    return answer.error is None


def assert_own_page(suite, answer):
    """It ends at the provider, with a page for the person, and the session is over."""
    assert answer.part == ""
    assert answer.reply.header("Location") is None
    assert "You are signed out" in answer.reply.text
    assert not is_signed_in(suite)


def test_discovery_endpoint_verification(suite):
    assert suite.metadata["end_session_endpoint"] == f"{suite.mount.issuer}/end-session"


def test_rp_initiated_logout(suite):
    assert len(STATE) == 50
    answer = suite.rp.end_session(id_token_hint=suite.id_token, post_logout_redirect_uri=GOODBYE, state=STATE)
    assert (answer.url.partition("?")[0], answer.params) == (GOODBYE, {"state": STATE})
    assert not is_signed_in(suite)


def test_rp_initiated_logout_no_state(suite):
    assert suite.rp.end_session(id_token_hint=suite.id_token, post_logout_redirect_uri=GOODBYE).url == GOODBYE
    assert not is_signed_in(suite)


def test_rp_initiated_logout_bad_post_logout_redirect_uri(suite):
    answer = suite.rp.end_session(id_token_hint=suite.id_token, post_logout_redirect_uri=f"{GOODBYE}/bad", state=STATE)
    assert answer.pages == ["end-session"]
    assert_own_page(suite, answer)


def test_rp_initiated_logout_query_added_to_post_logout_redirect_uri(suite):
    answer = suite.rp.end_session(id_token_hint=suite.id_token, post_logout_redirect_uri=f"{GOODBYE}?foo=bar", state=STATE)
    assert answer.pages == ["end-session"]
    assert_own_page(suite, answer)


def without_a_signature(token):
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def with_another_subject(token):
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    payload = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "mallory"}).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize("modify", [without_a_signature, with_another_subject, lambda token: token[:-4] + "AAAA"])
def test_rp_initiated_logout_modified_id_token_hint(suite, modify):
    hint = modify(suite.id_token)
    answer = suite.rp.end_session(id_token_hint=hint, post_logout_redirect_uri=GOODBYE, state=STATE)
    assert answer.pages == ["end-session"]
    assert_own_page(suite, answer)


def test_rp_initiated_logout_bad_id_token_hint(suite):
    rp = suite.rp
    claims = {"iss": rp.client_id, "sub": rp.client_id, "aud": suite.mount.issuer}
    hint = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(rp.client_secret))
    answer = rp.end_session(id_token_hint=hint, post_logout_redirect_uri=GOODBYE, state=STATE)
    assert answer.pages == ["end-session"]
    assert_own_page(suite, answer)


def test_rp_initiated_logout_no_id_token_hint(suite):
    answer = suite.rp.end_session(post_logout_redirect_uri=GOODBYE, state=STATE)
    assert answer.pages == ["end-session"]
    assert_own_page(suite, answer)


@pytest.mark.parametrize(("params", "pages"), [({}, ["end-session"]), ({"state": STATE}, ["end-session"])], ids=["no-params", "only-state"])
def test_rp_initiated_logout_no_params_and_only_state(suite, params, pages):
    answer = suite.rp.end_session(**params)
    assert answer.pages == pages
    assert_own_page(suite, answer)


def test_rp_initiated_logout_no_post_logout_redirect_uri(suite):
    answer = suite.rp.end_session(id_token_hint=suite.id_token, state=STATE)
    assert answer.pages == []  # the hint is this session's
    assert_own_page(suite, answer)


def test_the_pages_are_at_the_endpoint_and_their_buttons_have_the_names_that_the_suite_is_told(suite):
    shown = suite.rp.end_session(press=None)
    assert urlsplit(shown.url).path == urlsplit(suite.metadata["end_session_endpoint"]).path
    assert 'id="logout-confirm"' in shown.reply.text
    assert 'id="logout-cancel"' in shown.reply.text

"""The ways back to the client: query, fragment, form_post; success and error alike."""

import re

import pytest

pytestmark = pytest.mark.mounts("transports")

NASTY = "a b&c\"<script>'%20+/?#;ü€"


@pytest.mark.parametrize(("mode", "part"), [("query", "query"), ("fragment", "fragment"), ("form_post", "form")])
def test_success_and_error_go_the_same_way(rp, mode, part):
    answer = rp.authorize(response_mode=mode, state=NASTY)
    assert (answer.part, answer.params["state"], answer.params["iss"]) == (part, NASTY, rp.mount.issuer)
    assert rp.redeem(answer.code)["access_token"]
    refused = rp.authorize(response_mode=mode, state=NASTY, prompt="bogus")
    assert (refused.part, refused.error) == (part, "invalid_request")
    assert (refused.params["state"], refused.params["iss"]) == (NASTY, rp.mount.issuer)
    assert "code" not in refused.params


def test_nothing_is_in_the_query_where_the_fragment_was_asked_for(rp):
    assert "?" not in rp.authorize(response_mode="fragment").url


@pytest.mark.parametrize("uri", ["https://rp.example/cb?x=%20y&z=1", "https://rp.example/cb?", "https://rp.example/cb?a=b&"])
def test_a_registered_query_is_kept_byte_for_byte(make_rp, uri):
    rp = make_rp({"redirect_uris": [uri]})
    answer = rp.authorize()
    assert answer.url.startswith(uri)
    assert re.fullmatch(r"[?&]?code=.*", answer.url[len(uri) :])
    assert rp.redeem(answer.code)["access_token"]


def test_no_state_comes_back_where_none_was_sent(rp):
    assert set(rp.authorize(state=None).params) == {"code", "iss"}
    assert "state" not in rp.authorize(state=None, prompt="bogus").params


def test_the_form_works_without_script_and_may_be_posted_to_the_client_only(rp):
    answer = rp.authorize(response_mode="form_post")
    policy = answer.reply.header("Content-Security-Policy")
    assert "form-action https://rp.example;" in policy
    assert "unsafe" not in policy
    assert answer.reply.header("Cache-Control") == "no-store"
    assert 'id="form-post-continue"' in answer.reply.text


def test_pages_let_forms_lead_to_the_client_and_nowhere_else(rp):
    shown = rp.authorize(stop_at="login")
    assert "form-action 'self' https://rp.example;" in shown.reply.header("Content-Security-Policy")


def test_a_private_use_scheme_is_named_as_such(make_rp):
    rp = make_rp({"application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": ["com.example.app:/cb"]})
    shown = rp.authorize(stop_at="login")
    assert "form-action 'self' com.example.app:;" in shown.reply.header("Content-Security-Policy")
    assert rp.authorize().url.startswith("com.example.app:/cb?code=")

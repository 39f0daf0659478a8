"""Proof Key for Code Exchange (RFC 7636, RFC 9700 §2.1.1)."""

import pytest

WITHOUT = {"code_challenge": None, "code_challenge_method": None}


def test_the_verifier_belongs_to_the_challenge(rp):
    code = rp.authorize().code
    assert rp.redeem(code, status=400, code_verifier="w" * 43)["error"] == "invalid_grant"
    assert rp.redeem(code, status=400, code_verifier=None)["error"] == "invalid_grant"
    assert rp.redeem(code, status=400, code_verifier="")["error"] == "invalid_grant"
    assert rp.redeem(code)["access_token"]  # a wrong verifier does not burn the code


def test_a_confidential_client_may_do_without(rp):
    assert rp.redeem(rp.authorize(**WITHOUT).code, code_verifier=None)["access_token"]


def test_a_verifier_without_a_challenge_is_a_downgrade(rp):
    assert rp.redeem(rp.authorize(**WITHOUT).code, status=400)["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["web", "native"])
def test_a_public_client_may_not_do_without(make_rp, kind):
    rp = make_rp({"token_endpoint_auth_method": "none", "application_type": kind})
    assert rp.authorize(**WITHOUT).error == "invalid_request"
    assert rp.tokens()["access_token"]

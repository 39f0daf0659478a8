"""Proof Key for Code Exchange (RFC 7636, RFC 9700 §2.1.1)."""

import pytest
from mounts import root
from rp import RelyingParty

pytestmark = pytest.mark.about_codes

WITHOUT = {"code_challenge": None, "code_challenge_method": None}


def test_the_verifier_belongs_to_the_challenge(rp):
    code = rp.authorize().code
    assert rp.redeem(code, status=400, code_verifier="w" * 43)["error"] == "invalid_grant"
    assert rp.redeem(code, status=400, code_verifier=None)["error"] == "invalid_grant"
    assert rp.redeem(code, status=400, code_verifier="")["error"] == "invalid_grant"
    assert rp.redeem(code)["access_token"]  # a wrong verifier does not burn the code


def test_a_confidential_client_may_do_without_where_a_nonce_binds_the_code(rp):
    assert rp.redeem(rp.authorize(**WITHOUT).code, code_verifier=None)["access_token"]
    assert rp.authorize(**WITHOUT, nonce=None).error == "invalid_request"


def test_a_nonce_binds_nothing_where_there_is_no_id_token(make_rp):
    rp = make_rp({"scope": "openid email"})
    assert rp.authorize(**WITHOUT, scope="email").error == "invalid_request"
    assert rp.authorize(scope="email", nonce=None).code


def test_one_client_is_excused(make_rp):
    rp = make_rp({"pkce_or_nonce_required": False})
    assert rp.redeem(rp.authorize(**WITHOUT, nonce=None).code, code_verifier=None)["access_token"]
    public = make_rp({"pkce_or_nonce_required": False, "token_endpoint_auth_method": "none"})
    assert public.authorize(**WITHOUT).error == "invalid_request"


def test_a_verifier_without_a_challenge_is_a_downgrade(rp):
    assert rp.redeem(rp.authorize(**WITHOUT).code, status=400)["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["web", "native"])
def test_a_public_client_may_not_do_without(make_rp, kind):
    rp = make_rp({"token_endpoint_auth_method": "none", "application_type": kind})
    assert rp.authorize(**WITHOUT).error == "invalid_request"
    assert rp.tokens()["access_token"]


@pytest.fixture
def rp_of_plain(tmp_path, put_keys):
    """At a provider that lets clients send the verifier itself."""
    with root(tmp_path, put_keys, **{"oidc.pkce_plain": "true"}) as mount:
        yield RelyingParty(mount)


@pytest.mark.parametrize("method", ["plain", None])
def test_plain_is_accepted_where_the_provider_was_told_so_and_meant_where_no_method_is_named(rp_of_plain, method):
    rp = rp_of_plain
    code = rp.authorize(code_challenge=rp.verifier, code_challenge_method=method).code
    assert rp.redeem(code, status=400, code_verifier="w" * 43)["error"] == "invalid_grant"
    assert rp.redeem(code)["access_token"]


def test_s256_stays_beside_it_and_both_are_advertised(rp_of_plain):
    rp = rp_of_plain
    document = rp.mount.send("GET", f"{rp.mount.issuer}/.well-known/openid-configuration").json
    assert set(document["code_challenge_methods_supported"]) == {"S256", "plain"}
    assert rp.tokens()["access_token"]


@pytest.mark.parametrize("method", ["plain", None])
def test_plain_is_refused_otherwise(rp, method):
    assert rp.authorize(code_challenge=rp.verifier, code_challenge_method=method).error == "invalid_request"


@pytest.mark.parametrize("response_type", ["code", "code id_token"])
def test_it_may_be_required_of_all(tmp_path, put_keys, response_type):
    with root(tmp_path, put_keys, **{"oidc.pkce_required": "all"}) as mount:
        rp = RelyingParty(mount, {"response_types": ["code", "code id_token"]})
        assert rp.authorize(response_type=response_type, **WITHOUT).error == "invalid_request"
        assert rp.authorize(response_type=response_type).code

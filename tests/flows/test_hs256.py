"""ID Tokens that are signed with the client's secret (OIDC Core §10.1)."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

SYMMETRIC = {"id_token_signed_response_alg": "HS256"}


def claims_of(rp, id_token, secret=None):
    key = OctKey.import_key(secret or rp.client_secret)
    return json.loads(jws.deserialize_compact(id_token, key, algorithms=["HS256"]).payload)


def test_the_secret_signs(make_rp):
    rp = make_rp(SYMMETRIC)
    tokens = rp.tokens()
    claims = claims_of(rp, tokens["id_token"])
    assert (claims["aud"], claims["nonce"]) == (rp.client_id, "the nonce")
    assert jws.extract_compact(tokens["id_token"].encode()).headers() == {"alg": "HS256"}
    assert claims_of(rp, rp.refresh(tokens["refresh_token"])["id_token"])["sub"] == claims["sub"]


def test_it_is_a_hint_too(make_rp):
    rp = make_rp(SYMMETRIC)
    token = rp.tokens()["id_token"]
    assert rp.authorize(prompt="none", id_token_hint=token).code


def test_it_is_one_for_signing_out_while_the_secret_is_the_same(make_rp):
    goodbye = {"post_logout_redirect_uris": ["https://rp.example/goodbye"]}
    rp = make_rp(SYMMETRIC | goodbye)
    asked = {"post_logout_redirect_uri": "https://rp.example/goodbye"}
    answer = rp.end_session(id_token_hint=rp.tokens()["id_token"], **asked)
    assert (answer.pages, answer.url) == ([], "https://rp.example/goodbye")
    token = rp.tokens()["id_token"]
    rp.mount.command("client secret", rp.client_id)
    answer = rp.end_session(id_token_hint=token, **asked)
    assert (answer.pages, answer.part) == (["end-session"], "")


def test_another_clients_signature_is_no_hint(make_rp):
    rp, other = make_rp(SYMMETRIC), make_rp()
    claims = claims_of(rp, rp.tokens()["id_token"])
    forged = jws.serialize_compact({"alg": "HS256"}, json.dumps(claims), OctKey.import_key("x" * 43), algorithms=["HS256"])
    assert rp.authorize(id_token_hint=forged).error == "invalid_request"
    claims["aud"] = other.client_id  # which signs with no secret
    own = jws.serialize_compact({"alg": "HS256"}, json.dumps(claims), OctKey.import_key(other.client_secret), algorithms=["HS256"])
    assert rp.authorize(id_token_hint=own).error == "invalid_request"


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (SYMMETRIC | {"token_endpoint_auth_method": "none"}, "HS256 signs with a secret"),
        (SYMMETRIC | {"client_secret": "x" * 31}, "at least 32 printable ASCII characters"),
    ],
)
def test_who_cannot_have_it(make_rp, client, reason):
    with pytest.raises(Exception, match=reason):
        make_rp(client)


def test_a_secret_of_which_only_a_digest_is_kept_is_drawn_again_first(make_rp):
    rp = make_rp()
    with pytest.raises(Exception, match="draw another first"):
        rp.mount.command("client set", rp.client_id, "id_token_signed_response_alg=HS256")
    rp.client_secret = rp.mount.command("client secret", rp.client_id, "--readable")["client_secret"]
    rp.mount.command("client set", rp.client_id, "id_token_signed_response_alg=HS256")
    assert claims_of(rp, rp.tokens()["id_token"])["aud"] == rp.client_id
    rp.client_secret = rp.mount.command("client secret", rp.client_id)["client_secret"]  # it goes on with another
    assert claims_of(rp, rp.tokens()["id_token"])["aud"] == rp.client_id


def test_the_readable_secret_goes_with_the_algorithm(make_rp):
    rp = make_rp(SYMMETRIC)
    rp.mount.command("client set", rp.client_id, "id_token_signed_response_alg=ES256")
    assert rp.claims(rp.tokens()["id_token"])["aud"] == rp.client_id
    with pytest.raises(Exception, match="draw another first"):
        rp.mount.command("client set", rp.client_id, "id_token_signed_response_alg=HS256")


def test_a_file_that_is_applied_again_changes_nothing(make_rp):
    rp = make_rp(SYMMETRIC)
    assert rp.mount.apply({"clients": [rp.described]})["changes"] == []
    assert claims_of(rp, rp.tokens()["id_token"])["aud"] == rp.client_id


def test_discovery_names_it(rp):
    document = rp.mount.send("GET", f"{rp.mount.issuer}/.well-known/openid-configuration").json
    assert "HS256" in document["id_token_signing_alg_values_supported"]

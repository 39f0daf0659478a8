"""A client that signs hints with its own secret (HS256) does not learn who is signed in before that person has allowed it anything."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import OctKey
from rp import RelyingParty

pytestmark = pytest.mark.mounts("root", "included")


def hint(rp, sub):
    claims = {"iss": rp.mount.issuer, "aud": rp.client_id, "sub": sub, "exp": 1, "iat": 1}
    key = OctKey.import_key(rp.client_secret)
    return jws.serialize_compact({"alg": "HS256"}, json.dumps(claims).encode(), key, algorithms=["HS256"])


def test_no_answer_tells_who_it_is_before_they_consented(make_rp):
    rp = make_rp()
    sub = rp.claims(rp.tokens()["id_token"])["sub"]
    spy = RelyingParty(rp.mount, {"id_token_signed_response_alg": "HS256"}, person=rp.username)
    spy.browser = rp.browser
    answers = [spy.authorize(prompt="none", id_token_hint=hint(spy, each)).error for each in (sub, "somebody-else")]
    assert answers == ["consent_required"] * 2
    assert spy.authorize(id_token_hint=hint(spy, sub)).code  # they allow it now
    assert spy.authorize(prompt="none", id_token_hint=hint(spy, sub)).code
    assert spy.authorize(prompt="none", id_token_hint=hint(spy, "somebody-else")).error == "login_required"

"""UserInfo (OIDC Core §5.3) and how tokens are shown to it (RFC 6750)."""

import json
from dataclasses import replace

import pytest
from mounts import root
from pyramid.scripting import prepare
from rp import RelyingParty
from suite import CLAIMS

FORM = ("Content-Type", "application/x-www-form-urlencoded")


def test_each_scope_gives_its_claims_and_no_others(make_rp):
    rp = make_rp(account={"claims": CLAIMS})
    every = rp.userinfo(rp.tokens(scope="openid profile email address phone")["access_token"])
    assert {name: value for name, value in every.items() if name != "sub"} == CLAIMS
    assert set(rp.userinfo(rp.tokens(scope="openid phone")["access_token"])) == {"sub", "phone_number", "phone_number_verified"}
    assert set(rp.userinfo(rp.tokens(scope="openid")["access_token"])) == {"sub"}


def test_no_claim_is_empty_or_of_the_wrong_type(make_rp):
    rp = make_rp(account={"claims": {"name": "Ann", "given_name": "Ann"}})
    claims = rp.userinfo(rp.tokens(scope="openid profile email address phone")["access_token"])
    assert set(claims) == {"sub", "name", "given_name", "preferred_username", "updated_at"}
    assert isinstance(claims["updated_at"], int)


def test_what_an_account_has_had_from_before_is_left_out_where_it_is_wrong(tmp_path, put_keys):
    """An apply file is refused with such claims, but a host's accounts, or a store of an earlier version, may have them."""
    with root(tmp_path, put_keys) as mount:
        rp = RelyingParty(mount)
        wrong = {"name": "null", "website": "not a url", "zoneinfo": "Mars/Olympus", "birthdate": "2020-13-45", "updated_at": -5}
        env = prepare(registry=mount.registry)
        with env["request"].tm:
            accounts = env["request"].oidc_provider.store.accounts
            accounts.put(replace(accounts.named(rp.username), claims=json.dumps(wrong | {"locale": "en_GB"})))
        env["closer"]()
        claims = rp.userinfo(rp.tokens(scope="openid profile")["access_token"])
        assert set(claims) == {"sub", "preferred_username", "locale"}
        assert claims["locale"] == "en-GB"


def test_the_id_token_holds_nothing_that_was_not_asked_of_it(rp):
    claims = rp.claims(rp.tokens(scope="openid profile email")["id_token"])
    assert set(claims) == {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "at_hash"}


def test_the_token_may_be_shown_in_three_ways(rp):
    token = rp.tokens()["access_token"]
    by_get = rp.userinfo(token)
    header = rp.mount.send("POST", rp.url("userinfo"), [("Authorization", f"bearer {token}")])
    body = rp.mount.send("POST", rp.url("userinfo"), [FORM], f"access_token={token}".encode())
    assert header.json == body.json == by_get
    assert header.header("Content-Type") == "application/json"


def test_not_in_the_query_and_not_twice(rp):
    token = rp.tokens()["access_token"]
    for reply in (
        rp.mount.send("GET", rp.url("userinfo", access_token=token)),
        rp.mount.send("GET", rp.url("userinfo", access_token=token), [("Authorization", f"Bearer {token}")]),
        rp.mount.send("POST", rp.url("userinfo"), [FORM, ("Authorization", f"Bearer {token}")], f"access_token={token}".encode()),
        rp.mount.send("POST", rp.url("userinfo"), [FORM], f"access_token={token}&access_token={token}".encode()),
    ):
        assert (reply.status, reply.json["error"]) == (400, "invalid_request")
        assert 'error="invalid_request"' in reply.header("WWW-Authenticate")


def test_without_a_token_the_challenge_names_no_error(rp):
    reply = rp.mount.send("GET", rp.url("userinfo"))
    assert reply.status == 401
    assert reply.header("WWW-Authenticate") == f'Bearer realm="{rp.mount.issuer}"'


@pytest.mark.parametrize("token", ["x", "A" * 44, "eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_is_none_is_invalid_token(rp, token):
    reply = rp.mount.send("GET", rp.url("userinfo"), [("Authorization", f"Bearer {token}")])
    assert (reply.status, reply.json["error"]) == (401, "invalid_token")
    assert 'Bearer realm="' in reply.header("WWW-Authenticate")
    assert 'error="invalid_token"' in reply.header("WWW-Authenticate")


def test_an_access_token_ends_after_an_hour(rp):
    tokens = rp.tokens()
    assert tokens["expires_in"] == 3600
    rp.mount.clock.move(3599)
    rp.userinfo(tokens["access_token"])
    rp.mount.clock.move(2)
    rp.userinfo(tokens["access_token"], status=401)


def test_a_token_without_openid_lacks_the_scope(rp):
    reply = rp.mount.send("GET", rp.url("userinfo"), [("Authorization", f"Bearer {rp.tokens(scope='email')['access_token']}")])
    assert (reply.status, reply.json["error"]) == (403, "insufficient_scope")
    assert 'scope="openid"' in reply.header("WWW-Authenticate")


def test_a_code_and_a_refresh_token_are_no_access_tokens(rp):
    code = rp.authorize().code
    rp.userinfo(code, status=401)
    rp.userinfo(rp.redeem(code)["refresh_token"], status=401)


@pytest.mark.mounts("refusals")
def test_a_malformed_token_is_no_token_that_is_good(rp):
    reply = rp.mount.send("GET", rp.url("userinfo"), [("Authorization", "Bearer '--")])
    assert (reply.status, reply.json["error"]) == (401, "invalid_token")

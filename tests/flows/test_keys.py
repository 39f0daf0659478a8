"""Signing keys (OIDC Core §10.1): which signs, which are published, and for how long."""

import json

import pytest
from joserfc import jws


def kids(mount):
    return [key["kid"] for key in mount.send("GET", f"{mount.issuer}/jwks").json["keys"]]


def header(id_token):
    return jws.extract_compact(id_token.encode()).headers()


def test_the_published_keys_are_public_and_named(mount):
    keys = mount.send("GET", f"{mount.issuer}/jwks").json["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "ES256"}
    assert all(key["use"] == "sig" and key["kid"] and key["kty"] in ("RSA", "EC") for key in keys)
    assert len({key["kid"] for key in keys}) == len(keys)
    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & {name for key in keys for name in key}


def test_rs256_is_the_default_and_es256_may_be_registered(rp, make_rp):
    assert header(rp.tokens()["id_token"])["alg"] == "RS256"
    other = make_rp({"id_token_signed_response_alg": "ES256"})
    id_token = other.tokens()["id_token"]
    assert header(id_token)["alg"] == "ES256"
    assert other.claims(id_token)["at_hash"]


def test_a_new_key_is_published_before_it_signs_and_the_old_one_while_its_tokens_live(rp):
    first = rp.tokens(scope="openid offline_access", prompt="consent")
    old = header(first["id_token"])["kid"]
    rp.mount.clock.move(1)
    new = rp.mount.command("key rotate", "--alg", "RS256")[0]["kid"]
    assert {old, new} <= set(kids(rp.mount))
    second = rp.refresh(first["refresh_token"])
    assert header(second["id_token"])["kid"] == old
    rp.mount.clock.move(300)
    third = rp.refresh(second["refresh_token"])
    assert header(third["id_token"])["kid"] == new
    assert rp.claims(second["id_token"])["sub"] == rp.claims(third["id_token"])["sub"]
    rp.mount.clock.move(3600)
    assert old not in kids(rp.mount)
    assert new in kids(rp.mount)
    rp.mount.clock.reset()
    rp.mount.command("key rotate", "--alg", "RS256", "--now")  # a later test may look back


def test_a_key_that_must_not_be_used_any_more_is_replaced_at_once(rp):
    old = header(rp.tokens()["id_token"])["kid"]
    rp.mount.clock.move(1)
    new = rp.mount.command("key rotate", "--alg", "RS256", "--now")[0]["kid"]
    assert header(rp.tokens()["id_token"])["kid"] == new != old
    assert {old, new} <= set(kids(rp.mount))


def test_the_key_set_is_json_without_blanks_for_a_cache_to_keep(mount):
    reply = mount.send("GET", f"{mount.issuer}/jwks")
    assert json.loads(reply.body)["keys"]
    assert b": " not in reply.body


@pytest.mark.mounts("root")
def test_keys_that_a_fast_clock_made_sign_already(rp):
    rp.mount.clock.move(-2 * 86400)  # the clock was two days fast when they were made, and is right now
    assert rp.claims(rp.tokens()["id_token"])["sub"]
    assert len(kids(rp.mount)) == 2

"""Revocation (RFC 7009): what is given back is dead everywhere at once, and stays dead."""

import pytest
from rp import FORM, RelyingParty

DEAD = {"active": False}


def revoke(rp, token, *, status=200, **changes):
    return rp.post("revoke", {"token": token} | changes, status=status)


def is_active(rp, token):
    return rp.post("introspect", {"token": token}).json["active"]


def test_an_access_token_dies_alone(rp):
    tokens = rp.tokens()
    more = rp.refresh(tokens["refresh_token"])
    reply = revoke(rp, tokens["access_token"])
    assert (reply.json, reply.header("Cache-Control")) == ({}, "no-store")
    rp.userinfo(tokens["access_token"], status=401)
    assert not is_active(rp, tokens["access_token"])
    rp.userinfo(more["access_token"])
    rp.userinfo(rp.refresh(more["refresh_token"])["access_token"])


def test_a_refresh_token_takes_all_with_it(rp):
    tokens = rp.tokens()
    more = rp.refresh(tokens["refresh_token"])
    revoke(rp, more["refresh_token"])
    for each in (tokens, more):
        rp.userinfo(each["access_token"], status=401)
        assert not is_active(rp, each["access_token"])
    assert not is_active(rp, more["refresh_token"])
    assert rp.refresh(more["refresh_token"], status=400)["error"] == "invalid_grant"
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"  # nor is the lost answer told again


def test_so_does_one_that_was_used_already(rp):
    tokens = rp.tokens()
    more = rp.refresh(tokens["refresh_token"])
    revoke(rp, tokens["refresh_token"])
    rp.userinfo(more["access_token"], status=401)
    assert rp.refresh(more["refresh_token"], status=400)["error"] == "invalid_grant"


def test_another_sign_in_of_the_same_person_lives_on(rp):
    one, other = rp.tokens(), rp.tokens()
    revoke(rp, one["refresh_token"])
    rp.userinfo(other["access_token"])
    assert rp.refresh(other["refresh_token"])["access_token"]


def test_twice_is_as_good_as_once(rp):
    tokens = rp.tokens()
    for _ in range(2):
        revoke(rp, tokens["access_token"])
    for _ in range(2):
        revoke(rp, tokens["refresh_token"])
    before = rp.mount.content()
    revoke(rp, tokens["refresh_token"])
    revoke(rp, tokens["access_token"])
    assert rp.mount.content() == before


@pytest.mark.parametrize("token", ["x", "A" * 44, "eyJhbGciOiJub25lIn0.e30.", "ä €", "a b", "A" * 60_000])
def test_what_is_no_token_is_as_good_as_revoked(rp, token):
    before = rp.mount.content()
    revoke(rp, token)
    assert rp.mount.content() == before


def test_a_code_is_no_token(rp):
    code = rp.authorize().code
    revoke(rp, code)
    assert rp.redeem(code)["access_token"]


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "made up", ""])
def test_a_hint_is_taken_and_never_trusted(rp, hint):
    tokens = rp.tokens()
    revoke(rp, tokens["access_token"], token_type_hint=hint)
    rp.userinfo(tokens["access_token"], status=401)
    revoke(rp, tokens["refresh_token"], token_type_hint=hint)
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"


def test_the_token_of_another_client_is_refused_and_lives_on(rp, make_rp):
    tokens, other = rp.tokens(), make_rp()
    before = rp.mount.content()
    for name in ("access_token", "refresh_token"):
        assert revoke(other, tokens[name], status=400).json["error"] == "invalid_grant"
    assert rp.mount.content() == before
    rp.userinfo(tokens["access_token"])


def test_a_public_client_gives_its_own_back(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    tokens = rp.tokens()
    revoke(rp, tokens["access_token"])
    rp.userinfo(tokens["access_token"], status=401)
    revoke(rp, tokens["refresh_token"])
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"


def test_the_client_proves_who_it_is(rp):
    tokens = rp.tokens()
    before = rp.mount.content()
    for reply in (
        rp.post("revoke", {"token": tokens["refresh_token"]}, basic=False, status=401),
        rp.post("revoke", {"token": tokens["refresh_token"], "client_id": rp.client_id}, basic=False, status=401),
        rp.mount.send("POST", rp.url("revoke"), [("Content-Type", FORM), ("Authorization", rp.basic(secret="w" * 43))], b"token=x"),
    ):
        assert (reply.status, reply.json["error"]) == (401, "invalid_client")
        assert reply.header("WWW-Authenticate") == f'Basic realm="{rp.mount.issuer}"'
    assert rp.mount.content() == before
    rp.userinfo(tokens["access_token"])


def test_scripts_of_other_sites_may_give_tokens_back(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    preflight = rp.mount.send("OPTIONS", rp.url("revoke"), [("Origin", "https://spa.example"), ("Access-Control-Request-Method", "POST")])
    assert (preflight.status, preflight.header("Access-Control-Allow-Methods")) == (204, "POST, OPTIONS")
    reply = rp.post("revoke", {"token": rp.tokens()["access_token"]}, headers=[("Origin", "https://spa.example")])
    assert reply.all("Access-Control-Allow-Origin") == ["*"]


def test_the_document_says_where_and_how(mount):
    document = mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json
    assert document["revocation_endpoint"] == f"{mount.issuer}/revoke"
    assert document["revocation_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post", "none"]


@pytest.mark.parametrize("name", ["root", "included", "extended"])
def test_a_revoked_grant_is_news(open_mount, name):
    with open_mount(name, **{"oidc.includes": "pkgs.clock pkgs.hasty pkgs.furnished"}) as mount:
        rp = RelyingParty(mount)
        for each in mount.command("account list"):
            mount.notes.add("accepted", each["sub"])
        before = mount.notes.all("certain").count("GrantRevoked")
        tokens = rp.tokens()
        revoke(rp, tokens["access_token"])
        assert mount.notes.all("certain").count("GrantRevoked") == before
        revoke(rp, tokens["refresh_token"])
        assert mount.notes.all("certain").count("GrantRevoked") == before + 1

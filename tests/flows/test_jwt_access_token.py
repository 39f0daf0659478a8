"""Access tokens as JWTs (RFC 9068)."""

import json

import pytest
from joserfc import jws
from mounts import root
from rp import RelyingParty

JWT = {"access_token_format": "jwt"}


@pytest.fixture
def rp(make_rp):
    return make_rp(JWT)


def header(token):
    return jws.extract_compact(token.encode()).headers()


def test_it_says_everything_itself(rp):
    tokens = rp.tokens(scope="openid email")
    token = tokens["access_token"]
    assert (header(token)["typ"], header(token)["alg"]) == ("at+jwt", "RS256")
    claims = rp.claims(token)
    id_token = rp.claims(tokens["id_token"])
    assert set(claims) == {"iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope", "auth_time", "amr"}
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (rp.mount.issuer, rp.mount.issuer, rp.client_id)
    assert (claims["sub"], claims["auth_time"], claims["scope"]) == (id_token["sub"], id_token["auth_time"], "openid email")
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 3600
    assert rp.userinfo(token)["email"] == "ann@example.com"


def test_each_has_a_jti_of_its_own(rp):
    tokens = rp.tokens()
    again = rp.refresh(tokens["refresh_token"])
    assert rp.claims(tokens["access_token"])["jti"] != rp.claims(again["access_token"])["jti"]
    assert rp.claims(tokens["id_token"])["at_hash"]


def test_less_scope_is_said_in_it(rp):
    tokens = rp.tokens(scope="openid email")
    less = rp.refresh(tokens["refresh_token"], scope="email")
    assert rp.claims(less["access_token"])["scope"] == "email"
    rp.userinfo(less["access_token"], status=403)


def test_from_the_authorization_endpoint(make_rp):
    rp = make_rp(JWT | {"response_types": ["id_token token"]})
    answer = rp.authorize(response_type="id_token token")
    assert header(answer.params["access_token"])["typ"] == "at+jwt"
    rp.userinfo(answer.params["access_token"])
    assert rp.claims(answer.params["id_token"])["at_hash"]


def test_it_ends(rp):
    token = rp.tokens()["access_token"]
    rp.mount.clock.move(3599)
    rp.userinfo(token)
    rp.mount.clock.move(1)
    rp.userinfo(token, status=401)


def test_it_dies_with_its_grant(rp):
    answer = rp.authorize()
    token = rp.redeem(answer.code)["access_token"]
    rp.redeem(answer.code, status=400)  # replayed
    rp.userinfo(token, status=401)


def test_it_dies_with_the_account_and_the_client(rp):
    tokens = [rp.tokens()["access_token"] for _ in range(2)]
    rp.mount.command("account password", rp.username, stdin="another password\n")
    rp.userinfo(tokens[0], status=401)
    rp.mount.command("client remove", rp.client_id)
    rp.userinfo(tokens[1], status=401)


def test_an_id_token_is_no_access_token_and_an_access_token_no_hint(rp):
    tokens = rp.tokens()
    rp.userinfo(tokens["id_token"], status=401)
    assert rp.authorize(id_token_hint=tokens["access_token"]).error == "invalid_request"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_forged_one(rp, part):
    parts = rp.tokens()["access_token"].split(".")
    parts[part] = ("A" if parts[part][5] != "A" else "B").join((parts[part][:5], parts[part][6:]))
    rp.userinfo(".".join(parts), status=401)


@pytest.mark.parametrize("token", ["a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "a.b", "." * 400])
def test_what_only_looks_like_one(rp, token):
    rp.userinfo(token, status=401)


def test_a_client_of_its_own_has_nothing_kept(make_rp):
    rp = make_rp(JWT | {"grant_types": ["client_credentials"], "scope": "stock"})
    before = rp.mount.content()
    answer = rp.post("token", {"grant_type": "client_credentials"}).json
    assert rp.mount.content() == before
    claims = rp.claims(answer["access_token"])
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (rp.client_id, rp.client_id, "stock")
    rp.userinfo(answer["access_token"], status=403)
    rp.mount.command("client remove", rp.client_id)
    rp.userinfo(answer["access_token"], status=401)


def test_the_provider_chooses_and_a_client_otherwise(tmp_path, put_keys):
    with root(tmp_path, put_keys, **{"oidc.access_token_format": "jwt"}) as mount:
        assert "." in RelyingParty(mount).tokens()["access_token"]
        assert "." not in RelyingParty(mount, {"access_token_format": "opaque"}).tokens()["access_token"]


def test_scopes_name_whom_it_is_for(tmp_path, put_keys):
    with root(tmp_path, put_keys, **JWT_SETTINGS) as mount:
        rp = RelyingParty(mount, {"scope": "openid stock stock:write"})
        claims = rp.claims(rp.tokens(scope="stock")["access_token"])
        assert claims["aud"] == "warehouse"
        both = rp.claims(rp.tokens(scope="openid stock stock:write", prompt="consent")["access_token"])
        assert both["aud"] == [mount.issuer, "warehouse"]
        assert json.dumps(both)


JWT_SETTINGS = {"oidc.access_token_format": "jwt", "oidc.includes": "pkgs.clock pkgs.hasty pkgs.warehouse"}


def test_one_that_is_given_back_is_dead_alone(rp):
    tokens = rp.tokens(scope="openid email")
    again = rp.refresh(tokens["refresh_token"])
    assert rp.post("introspect", {"token": tokens["access_token"]}).json["active"] is True
    for _ in range(2):
        rp.post("revoke", {"token": tokens["access_token"]})
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.post("introspect", {"token": tokens["access_token"]}).json == {"active": False}
    rp.userinfo(again["access_token"])
    rp.refresh(again["refresh_token"])


def test_one_without_a_grant_is_given_back_too(make_rp):
    rp = make_rp(JWT | {"grant_types": ["client_credentials"], "scope": "stock"})
    token = rp.post("token", {"grant_type": "client_credentials"}).json["access_token"]
    assert rp.post("introspect", {"token": token}).json["client_id"] == rp.client_id
    rp.post("revoke", {"token": token})
    assert rp.post("introspect", {"token": token}).json == {"active": False}


def test_what_its_audience_learns_of_it(tmp_path, put_keys):
    with root(tmp_path, put_keys, **JWT_SETTINGS) as mount:
        rp, warehouse = RelyingParty(mount, {"scope": "openid stock"}), RelyingParty(mount, {"client_id": "warehouse"})
        token = rp.tokens(scope="stock")["access_token"]
        seen = warehouse.post("introspect", {"token": token}).json
        assert (seen["active"], seen["aud"], seen["client_id"]) == (True, "warehouse", rp.client_id)
        other = rp.tokens(scope="openid", prompt="consent")["access_token"]
        assert warehouse.post("introspect", {"token": other}).json == {"active": False}

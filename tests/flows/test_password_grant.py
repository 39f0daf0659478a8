"""The resource owner password grant (RFC 6749 §4.3), which two settings have to allow."""

import pytest
from mounts import included, root
from rp import PASSWORD, RelyingParty

ENABLED = {"oidc.grant_type_password_enable": "true"}
GRANTS = {"grant_types": ["authorization_code", "password", "refresh_token"], "scope": "openid email offline_access"}


@pytest.fixture(params=[root, included])
def rp(request, tmp_path, put_keys):
    with request.param(tmp_path, put_keys, **ENABLED) as mount:
        yield RelyingParty(mount, GRANTS)


def ask(rp, status=200, **fields):
    form = {"grant_type": "password", "username": rp.username, "password": PASSWORD, "scope": "openid email"}
    return rp.post("token", form | fields, status=status)


def test_a_person_without_a_browser(rp):
    tokens = ask(rp).json
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    claims = rp.claims(tokens["id_token"])
    assert claims["amr"] == ["pwd"]
    assert not {"nonce", "sid"} & set(claims)
    assert rp.userinfo(tokens["access_token"])["email"] == "ann@example.com"
    assert rp.refresh(tokens["refresh_token"])["id_token"]


@pytest.mark.parametrize(("scope", "given"), [("openid email", "email"), ("openid profile", "name")])
def test_it_is_about_that_person_for_that_client_and_for_what_was_asked(rp, scope, given):
    rp = RelyingParty(rp.mount, GRANTS | {"scope": "openid email profile"})
    tokens = ask(rp, scope=scope).json
    claims, found = rp.claims(tokens["id_token"]), rp.userinfo(tokens["access_token"])
    assert (claims["aud"], claims["sub"]) == (rp.client_id, found["sub"])
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", scope)
    assert {"email", "name"} & set(found) == {given}


def test_a_client_that_does_not_prove_who_it_is(rp):
    before = rp.mount.content()
    rp.client_secret = "x" * 43
    assert ask(rp, status=401).json["error"] == "invalid_client"
    assert rp.mount.content() == before


def test_offline_access_takes_consent_which_nobody_gave(rp):
    assert ask(rp, scope="openid offline_access").json["scope"] == "openid"


def test_nothing_asked_is_what_the_client_registered(rp):
    assert ask(rp, scope=None).json["scope"] == "openid email"


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody"}])
def test_a_wrong_password(rp, change):
    assert ask(rp, status=400, **change).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": None}, "invalid_request"),
        ({"username": None}, "invalid_request"),
        ({"scope": "openid phone"}, "invalid_scope"),
        ({"username": "a" * 66_000}, "invalid_request"),
        ({"password": "\0"}, "invalid_request"),
    ],
)
def test_what_is_refused_before_any_password_is_looked_at(rp, change, error):
    before = rp.mount.content()
    assert ask(rp, status=400, **change).json["error"] == error
    assert rp.mount.content() == before


def test_guesses_are_slowed_down_for_the_client_that_makes_them(rp):
    for _ in range(5):
        ask(rp, status=400, password="wrong")
    reply = ask(rp, status=429)
    assert (reply.json["error"], reply.header("Retry-After")) == ("invalid_grant", "30")
    assert rp.authorize().code  # the sign-in page counts by address, and the client's server is none of people's
    rp.mount.clock.move(31)
    ask(rp)


def test_another_password_ends_it(rp):
    tokens = ask(rp).json
    rp.mount.command("account password", rp.username, stdin="another password\n")
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"
    ask(rp, password="another password")


def test_a_client_has_to_register_it(rp):
    other = RelyingParty(rp.mount)
    assert ask(other, status=400).json["error"] == "unauthorized_client"


def test_it_is_off_by_default(mount, make_rp):
    rp = make_rp()
    assert ask(rp, status=400).json["error"] == "unsupported_grant_type"
    with pytest.raises(Exception, match="password is not offered here"):
        make_rp(GRANTS)
    assert "password" not in mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json["grant_types_supported"]

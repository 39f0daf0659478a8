"""A client that is changed: what it was allowed before does not outlive what it may ask for now."""

import pytest
from rp import RelyingParty

pytestmark = pytest.mark.mounts("root", "included", "postgresql")
WIDE = {"scope": "openid profile email offline_access"}


def test_codes_and_refresh_tokens_lose_the_scopes_that_the_client_loses(make_rp):
    rp = make_rp(WIDE)
    tokens = rp.tokens(scope="openid profile email")
    code = rp.authorize(scope="openid profile email").code
    rp.mount.command("client set", rp.client_id, "scope=openid email")
    assert rp.redeem(code)["scope"] == "openid email"
    narrowed = rp.refresh(tokens["refresh_token"])
    assert narrowed["scope"] == "openid email"
    assert "name" not in rp.userinfo(narrowed["access_token"])
    assert rp.refresh(narrowed["refresh_token"], status=400, scope="profile")["error"] == "invalid_scope"


def test_where_none_is_left_there_is_no_token(make_rp):
    rp = make_rp(WIDE)
    tokens = rp.tokens(scope="openid email")
    rp.mount.command("client set", rp.client_id, "scope=profile")
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_scope"
    rp.mount.command("client set", rp.client_id, "scope=openid email")
    assert rp.refresh(tokens["refresh_token"])["scope"] == "openid email"  # nothing was lost by asking


def test_consent_does_not_follow_a_client_to_another_host(make_rp):
    rp = make_rp()
    rp.tokens()
    assert rp.authorize(prompt="none").code
    rp.mount.command("client set", rp.client_id, "redirect_uris+=https://rp.example/other")
    assert rp.authorize(prompt="none").code  # the same host
    rp.mount.clock.move(10)
    rp.mount.command("client set", rp.client_id, "redirect_uris+=https://elsewhere.example/cb")
    assert rp.authorize(prompt="none").error == "consent_required"
    assert rp.authorize().code
    assert rp.authorize(prompt="none").code
    rp.mount.command("client set", rp.client_id, "redirect_uris-=https://elsewhere.example/cb")
    assert rp.authorize(prompt="none").code


def test_an_owner_changes_how_it_looks_and_not_what_it_may(make_rp):
    from oidc_op.protocol.client_members import TABLE

    assert {member.name for member in TABLE if not member.owner_may} == {
        *("owner", "scope", "grant_types", "response_types", "access_token_format", "require_consent", "reuse_consent"),
        *("token_endpoint_auth_method", "application_type", "pkce_or_nonce_required"),
    }


@pytest.mark.mounts("root")
def test_no_client_is_called_as_somebody_is(make_rp):
    rp = make_rp()
    sub = rp.claims(rp.tokens()["id_token"])["sub"]
    with pytest.raises(Exception, match="is the sub of an account"):
        RelyingParty(rp.mount, {"client_id": sub})
    with pytest.raises(Exception, match="is the client_id of a client"):
        rp.mount.command("account add", "somebody", "--sub", rp.client_id, "--generate")

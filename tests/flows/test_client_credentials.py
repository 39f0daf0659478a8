"""The client credentials grant (RFC 6749 §4.4)."""

import pytest

ROBOT = {"grant_types": ["client_credentials"], "scope": "stock:read stock:write openid", "redirect_uris": []}


@pytest.fixture
def rp(make_rp):
    return make_rp(ROBOT | {"redirect_uris": ["https://rp.example/cb"]})


def ask(rp, status=200, **fields):
    return rp.post("token", {"grant_type": "client_credentials"} | fields, status=status).json


def test_a_client_gets_a_token_for_itself(rp):
    answer = ask(rp)
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "stock:read stock:write")
    rp.userinfo(answer["access_token"], status=403)  # nobody is behind it


def test_less_may_be_asked_for(rp):
    assert ask(rp, scope="stock:read whatever")["scope"] == "stock:read"


@pytest.mark.parametrize("scope", ["openid", "stock:read openid", "email", "whatever", 'stock:"'])
def test_scopes_that_it_has_not(rp, scope):
    assert ask(rp, status=400, scope=scope)["error"] == "invalid_scope"


def test_who_registered_no_scope_gets_a_token_without(make_rp):
    answer = ask(make_rp({"grant_types": ["client_credentials"]}))
    assert set(answer) == {"access_token", "token_type", "expires_in"}


def test_it_is_for_clients_that_registered_it(make_rp):
    assert ask(make_rp(), status=400)["error"] == "unauthorized_client"


def test_it_is_not_for_public_clients(mount, make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    assert ask(rp, status=400)["error"] == "unauthorized_client"
    with pytest.raises(Exception, match="client_credentials is for clients that have a secret"):
        make_rp({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"})


def test_it_asks_nothing_at_the_authorization_endpoint(rp):
    assert rp.authorize().error == "unauthorized_client"


def test_a_wrong_secret(rp):
    before = rp.mount.content()
    reply = rp.post("token", {"grant_type": "client_credentials"}, status=401, basic=False, client_id=rp.client_id, client_secret="x" * 43)
    assert reply.json["error"] == "invalid_client"
    assert rp.mount.content() == before


def test_a_removed_client_takes_its_tokens_with_it(rp):
    token = ask(rp)["access_token"]
    rp.mount.command("client remove", rp.client_id)
    rp.userinfo(token, status=401)

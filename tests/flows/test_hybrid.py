"""The hybrid flow (OIDC Core §3.3): a code, and something with it."""

import pytest
from flows.test_implicit import half_hash

pytestmark = pytest.mark.about_codes

TYPES = ("code id_token", "code token", "code id_token token")


@pytest.fixture
def rp(make_rp):
    return make_rp({"response_types": list(TYPES)})


@pytest.mark.parametrize("response_type", TYPES)
def test_what_comes_with_the_code_is_bound_to_it(rp, response_type):
    answer = rp.authorize(response_type=response_type, scope="openid email")
    assert answer.part == "fragment"
    assert set(answer.params) & {"code", "id_token", "access_token"} == {
        "access_token" if word == "token" else word for word in response_type.split()
    }
    tokens = rp.redeem(answer.code)
    second = rp.claims(tokens["id_token"])
    if "id_token" in answer.params:
        first = rp.claims(answer.params["id_token"])
        assert first["c_hash"] == half_hash(answer.code)
        assert ("at_hash" in first) == ("access_token" in answer.params)
        assert [first[name] for name in ("iss", "sub", "nonce", "sid")] == [second[name] for name in ("iss", "sub", "nonce", "sid")]
        assert "email" not in first
    if "access_token" in answer.params:
        assert answer.params["access_token"] != tokens["access_token"]
        assert rp.userinfo(answer.params["access_token"]) == rp.userinfo(tokens["access_token"])
    assert second["at_hash"] == half_hash(tokens["access_token"])
    rp.refresh(tokens["refresh_token"])


def test_a_replayed_code_ends_what_came_with_it(rp):
    answer = rp.authorize(response_type="code token")
    tokens = rp.redeem(answer.code)
    assert rp.redeem(answer.code, status=400)["error"] == "invalid_grant"
    rp.userinfo(answer.params["access_token"], status=401)
    rp.userinfo(tokens["access_token"], status=401)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"nonce": None}, "invalid_request"),
        ({"nonce": None, "response_type": "code token"}, None),  # no ID Token from here: not needed
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": "email", "response_type": "code token"}, None),
        ({"response_mode": "query"}, "invalid_request"),
        ({"response_type": "code"}, "unauthorized_client"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_is_refused(rp, change, error):
    answer = rp.authorize(**({"response_type": "code id_token"} | change))
    assert answer.error == error
    if change.get("response_type") != "code":
        assert answer.part == "fragment"


def test_public_clients_need_a_challenge_for_the_code(make_rp):
    rp = make_rp({"response_types": list(TYPES), "token_endpoint_auth_method": "none"})
    plain = {"code_challenge": None, "code_challenge_method": None}
    assert rp.authorize(response_type="code id_token", **plain).error == "invalid_request"
    rp.redeem(rp.authorize(response_type="code id_token").code)


def test_offline_access_is_for_the_code(rp):
    answer = rp.authorize(response_type="code token", scope="openid offline_access", prompt="consent")
    tokens = rp.redeem(answer.code)
    assert "offline_access" in tokens["scope"]
    assert "refresh_token" not in answer.params


def test_form_post(rp):
    answer = rp.authorize(response_type="code id_token token", response_mode="form_post")
    assert answer.part == "form"
    rp.redeem(answer.code)

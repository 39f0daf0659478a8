"""The implicit flow (OIDC Core §3.2, RFC 6749 §4.2): everything from the authorization endpoint."""

import base64
import hashlib

import pytest

IMPLICIT = {"response_types": ["id_token", "token id_token", "token"], "token_endpoint_auth_method": "none"}


@pytest.fixture
def rp(make_rp):
    return make_rp(IMPLICIT)


def half_hash(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


@pytest.mark.parametrize("response_type", ["id_token token", "token id_token"])
def test_an_id_token_and_an_access_token(rp, response_type):
    answer = rp.authorize(response_type=response_type, scope="openid email")
    assert answer.part == "fragment"
    expected = {"access_token", "token_type", "expires_in", "scope", "id_token", "state", "iss"}
    assert set(answer.params) == expected
    assert (answer.params["token_type"], answer.params["expires_in"], answer.params["scope"]) == ("Bearer", "3600", "openid email")
    claims = rp.claims(answer.params["id_token"])
    assert claims["at_hash"] == half_hash(answer.params["access_token"])
    assert (claims["nonce"], claims["aud"]) == ("the nonce", rp.client_id)
    assert not {"c_hash", "email"} & set(claims)
    assert rp.userinfo(answer.params["access_token"])["email"] == "ann@example.com"


def test_an_id_token_alone_has_the_claims(rp):
    before = rp.authorize(response_type="id_token", scope="openid email")
    claims = rp.claims(before.params["id_token"])
    assert set(before.params) == {"id_token", "state", "iss"}
    assert (claims["email"], claims["email_verified"]) == ("ann@example.com", True)
    assert not {"at_hash", "c_hash", "name"} & set(claims)


@pytest.mark.parametrize("response_type", ["id_token", "id_token token"])
def test_a_client_with_a_secret_gets_the_same(rp, make_rp, response_type):
    other = make_rp({"response_types": [response_type]})
    answers = [each.authorize(response_type=response_type) for each in (rp, other)]
    assert set(answers[0].params) == set(answers[1].params)
    assert other.claims(answers[1].params["id_token"])["aud"] == other.client_id


@pytest.mark.parametrize(("response_type", "pages"), [("id_token", []), ("id_token token", []), ("token", ["consent"])])
def test_a_public_client_may_be_approved_unseen_where_only_its_redirect_uri_learns_of_it(make_rp, response_type, pages):
    rp = make_rp(IMPLICIT | {"require_consent": False})
    answer = rp.authorize(response_type=response_type)
    assert answer.pages == ["login", *pages]
    assert set(answer.params) & {"id_token", "access_token"} == {
        each.replace("token", "access_token") if each == "token" else each for each in response_type.split()
    }


def test_an_id_token_alone_writes_no_grant(rp):
    rp.authorize(response_type="id_token")
    before = rp.mount.content()
    assert rp.authorize(response_type="id_token").pages == []
    assert rp.mount.content() == before


def test_an_access_token_alone(rp):
    answer = rp.authorize(response_type="token", scope="openid profile", nonce=None)
    assert set(answer.params) == {"access_token", "token_type", "expires_in", "scope", "state", "iss"}
    assert rp.userinfo(answer.params["access_token"])["name"] == "Ann"
    oauth = rp.authorize(response_type="token", scope="email", nonce=None)
    rp.userinfo(oauth.params["access_token"], status=403)


def test_by_form_post(rp):
    answer = rp.authorize(response_type="id_token token", response_mode="form_post")
    assert answer.part == "form"
    assert rp.claims(answer.params["id_token"])["at_hash"] == half_hash(answer.params["access_token"])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"nonce": None}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),  # an ID Token without openid
        ({"response_mode": "query"}, "invalid_request"),  # servers would see the tokens
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_type": "id_token id_token"}, "unsupported_response_type"),
        ({"response_type": "id_token none"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
)
def test_errors_stand_in_the_fragment(rp, change, error):
    answer = rp.authorize(**({"response_type": "id_token token"} | change))
    assert (answer.part, answer.error) == ("fragment", error)
    assert set(answer.params) == {"error", "error_description", "state", "iss"}
    assert "?" not in answer.url


def test_nothing_is_refreshed_and_offline_access_is_ignored(rp):
    answer = rp.authorize(response_type="id_token token", scope="openid offline_access", prompt="consent")
    assert answer.params["scope"] == "openid"
    assert "refresh_token" not in answer.params


def test_the_access_token_ends_with_its_time_and_with_the_session(rp):
    token = rp.authorize(response_type="token").params["access_token"]
    rp.mount.clock.move(3599)
    rp.userinfo(token)
    rp.mount.clock.move(1)
    rp.userinfo(token, status=401)


def test_it_needs_the_grant_type_too(make_rp):
    rp = make_rp({"grant_types": ["authorization_code"]})
    assert rp.authorize(response_type="token").error == "unauthorized_client"
    assert rp.post("token", {"grant_type": "implicit"}, status=400).json["error"] == "unsupported_grant_type"


def test_none_gives_nothing_and_writes_nothing(make_rp):
    rp = make_rp({"response_types": ["code", "none"]})
    first = rp.authorize(response_type="none")
    assert first.pages == ["login", "consent"]
    before = rp.mount.content()
    answer = rp.authorize(response_type="none", prompt="none")
    assert (answer.part, answer.params) == ("query", {"state": "the state", "iss": rp.mount.issuer})
    assert rp.mount.content() == before
    assert rp.authorize(response_type="none", press={"consent": "consent-deny"}, prompt="consent").error == "access_denied"

"""The authorization code flow (OIDC Core §3.1), told from both ends."""

import pytest

pytestmark = pytest.mark.about_codes


def test_a_person_signs_in_and_the_client_learns_who_it_is(rp):
    answer = rp.authorize(scope="openid email")
    assert answer.pages == ["login", "consent"]
    assert answer.part == "query"
    assert set(answer.params) == {"code", "state", "iss"}
    assert (answer.params["state"], answer.params["iss"]) == ("the state", rp.mount.issuer)
    tokens = rp.redeem(answer.code)
    claims = rp.claims(tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (rp.mount.issuer, rp.client_id, "the nonce")
    userinfo = rp.userinfo(tokens["access_token"])
    assert userinfo == {"sub": claims["sub"], "email": "ann@example.com", "email_verified": True}


def test_nobody_is_asked_twice(rp):
    rp.authorize()
    assert rp.authorize().pages == []


def test_a_code_redeemed_twice_revokes_what_it_gave(rp):
    code = rp.authorize().code
    tokens = rp.redeem(code)
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"


def test_a_used_code_is_remembered_as_long_as_what_it_gave(rp):
    code = rp.authorize().code
    tokens = rp.redeem(code)
    rp.mount.clock.move(601)
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"], status=401)


def test_a_code_is_good_for_ten_minutes(rp):
    first, second = rp.authorize().code, rp.authorize().code
    rp.mount.clock.move(590)
    rp.redeem(first)
    rp.mount.clock.move(11)
    assert rp.redeem(second, status=400)["error"] == "invalid_grant"


def test_a_code_is_for_the_client_that_asked(rp, make_rp):
    other = make_rp()
    other.verifier = rp.verifier
    assert other.redeem(rp.authorize().code, status=400)["error"] == "invalid_grant"


@pytest.mark.parametrize("redirect_uri", [None, "https://rp.example/other", "https://rp.example/cb/"])
def test_a_code_is_redeemed_with_the_redirect_uri_it_was_asked_with(make_rp, redirect_uri):
    rp = make_rp({"redirect_uris": ["https://rp.example/cb", "https://rp.example/other"]})
    code = rp.authorize().code
    assert rp.redeem(code, status=400, redirect_uri=redirect_uri)["error"] == "invalid_grant"
    rp.redeem(code)


def test_an_authorization_request_may_be_posted(rp):
    assert rp.authorize(method="POST").code
    again = rp.authorize(method="POST")
    assert (again.pages, again.params["state"]) == ([], "the state")


def test_another_site_may_post_it_too_though_no_cookie_comes_along(rp):
    rp.authorize()
    cookies, rp.browser.cookies = rp.browser.cookies, {}
    from urllib.parse import urlencode

    reply = rp.browser.open("POST", rp.url("authorize"), urlencode(rp.parameters()).encode())
    assert reply.status == 303
    rp.browser.cookies = cookies
    assert "code=" in rp.browser.open("GET", reply.header("Location")).header("Location")


def test_the_person_may_decline(rp):
    answer = rp.authorize(press={"consent": "consent-deny"})
    assert answer.params == {
        "error": "access_denied",
        "error_description": answer.params["error_description"],
        "state": "the state",
        "iss": rp.mount.issuer,
    }
    assert rp.authorize(press={"consent": "consent-deny"}).error == "access_denied"


def test_the_person_may_cancel_the_sign_in(rp):
    assert rp.authorize(press={"login": "login-cancel"}).error == "access_denied"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": None}, "page"),
        ({"client_id": "nobody"}, "page"),
        ({"redirect_uri": None}, "page"),  # nothing is proven yet: no redirect
        ({"redirect_uri": "https://rp.example/cb/"}, "page"),  # compared byte for byte
        ({"redirect_uri": "https://rp.example/cb?x=1"}, "page"),
        ({"redirect_uri": "https://rp.example/CB"}, "page"),
        ({"redirect_uri": "https://rp.example:443/cb"}, "page"),
        ({"redirect_uri": "https://evil.example/"}, "page"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "code token"}, "unauthorized_client"),
        ({"response_type": "bogus"}, "unsupported_response_type"),
        ({"response_mode": "bogus"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "nothing known"}, "invalid_scope"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"scope": 'openid "quoted"'}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),  # plain is meant (RFC 7636 §4.3)
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "bogus"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"request_uri": "https://rp.example/request"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"request": "x", "request_uri": "https://rp.example/"}, "invalid_request"),
    ],
)
def test_what_the_authorization_endpoint_refuses(rp, change, error):
    answer = rp.authorize(**change)
    assert (answer.error, answer.pages) == (error, [])
    if error == "page":
        assert answer.reply.status == 400
        assert answer.page_error in ("invalid_request", "invalid_client")
    else:
        assert set(answer.params) == {"error", "error_description", "state", "iss"}
        assert (answer.params["state"], answer.params["iss"]) == ("the state", rp.mount.issuer)


def test_a_scope_beyond_the_clients_own_is_refused(make_rp):
    rp = make_rp({"scope": "openid email"})
    assert rp.authorize(scope="openid profile").error == "invalid_scope"
    assert rp.tokens(scope="openid email")["scope"] == "openid email"


def test_scopes_that_nobody_knows_are_ignored(rp):
    assert rp.tokens(scope="openid whatever email")["scope"] == "openid email"


@pytest.mark.parametrize("extra", [{"display": "popup"}, {"ui_locales": "se"}, {"acr_values": "1 2"}, {"claims": "{}"}, {"foo": "bar"}])
def test_what_is_accepted_and_ignored(rp, extra):
    assert rp.authorize(**extra).code


def test_oauth_alone_gives_no_id_token(rp):
    tokens = rp.tokens(scope="email")
    assert "id_token" not in tokens
    rp.userinfo(tokens["access_token"], status=403)


def test_a_forged_state_comes_back_byte_for_byte(rp):
    state = "a b&c=d%20e\"<>'+ü/?#"
    assert rp.authorize(state=state).params["state"] == state
    assert rp.authorize(state=state, prompt="none login").params["state"] == state


def test_a_request_that_was_interrupted_too_long_ago_starts_again_at_the_application(rp):
    shown = rp.authorize(stop_at="login")
    rp.mount.clock.move(3601)
    reply = rp.browser.fill_in(shown.url, shown.reply, "login-submit")
    assert reply.status == 400
    assert "expired" in reply.text


def test_a_request_too_large_to_travel_is_refused(rp):
    assert rp.authorize(state="s" * 33_000).error == "invalid_request"

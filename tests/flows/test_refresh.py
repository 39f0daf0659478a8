"""Refresh tokens (RFC 6749 §6): rotation, the answer that got lost, reuse, and when they end."""

import pytest

pytestmark = pytest.mark.about_codes

OFFLINE = {"scope": "openid email offline_access", "prompt": "consent"}
DAY = 86400


def test_a_refresh_gives_new_tokens_for_the_same_person(rp):
    first = rp.tokens(scope="openid email")
    again = rp.refresh(first["refresh_token"])
    assert again["access_token"] != first["access_token"]
    assert again["refresh_token"] != first["refresh_token"]
    assert (again["token_type"], again["scope"]) == ("Bearer", "openid email")
    before, after = rp.claims(first["id_token"]), rp.claims(again["id_token"])
    same = ("iss", "sub", "aud", "auth_time", "sid")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["iat"] >= before["iat"]
    assert "nonce" not in after
    rp.userinfo(again["access_token"])


def test_an_access_token_keeps_its_hour_though_others_follow(rp):
    first = tokens = rp.tokens()
    for _ in range(15):
        rp.mount.clock.move(200)
        tokens = rp.refresh(tokens["refresh_token"])
    for each in (first, tokens):
        rp.userinfo(each["access_token"])


def test_a_client_that_lost_the_answer_gets_the_identical_one(rp):
    first = rp.tokens(scope="openid")["refresh_token"]
    answer = rp.refresh(first)
    assert rp.refresh(first) == answer
    rp.mount.clock.move(20)
    assert rp.refresh(first) == answer
    rp.userinfo(answer["access_token"])
    rp.refresh(answer["refresh_token"])


def test_not_so_after_half_a_minute(rp):
    first = rp.tokens()["refresh_token"]
    answer = rp.refresh(first)
    rp.mount.clock.move(31)
    assert rp.refresh(first, status=400)["error"] == "invalid_grant"
    rp.userinfo(answer["access_token"], status=401)
    assert rp.refresh(answer["refresh_token"], status=400)["error"] == "invalid_grant"


def test_not_so_once_the_successor_was_used(rp):
    first = rp.tokens()["refresh_token"]
    second = rp.refresh(first)["refresh_token"]
    third = rp.refresh(second)
    assert rp.refresh(first, status=400)["error"] == "invalid_grant"
    rp.userinfo(third["access_token"], status=401)
    assert rp.refresh(third["refresh_token"], status=400)["error"] == "invalid_grant"


def test_a_token_from_far_back_revokes_the_family_too(rp):
    tokens = [rp.tokens()["refresh_token"]]
    for _ in range(4):
        tokens.append(rp.refresh(tokens[-1])["refresh_token"])
    assert rp.refresh(tokens[1], status=400)["error"] == "invalid_grant"
    assert rp.refresh(tokens[-1], status=400)["error"] == "invalid_grant"


def test_a_guess_revokes_nothing(rp):
    token = rp.tokens()["refresh_token"]
    guess = token[:16] + "A" * 28
    assert rp.refresh(guess, status=400)["error"] == "invalid_grant"
    rp.refresh(token)


def test_an_access_token_is_no_refresh_token(rp):
    tokens = rp.tokens()
    assert rp.refresh(tokens["access_token"], status=400)["error"] == "invalid_grant"
    rp.refresh(tokens["refresh_token"])


def test_a_refresh_token_is_for_its_own_client(rp, make_rp):
    token = rp.tokens()["refresh_token"]
    other = make_rp()
    assert other.refresh(token, status=400)["error"] == "invalid_grant"
    rp.refresh(token)


def test_a_narrower_scope_concerns_one_access_token_only(rp):
    token = rp.tokens(scope="openid email")["refresh_token"]
    narrow = rp.refresh(token, scope="openid")
    assert narrow["scope"] == "openid"
    assert set(rp.userinfo(narrow["access_token"])) == {"sub"}
    wide = rp.refresh(narrow["refresh_token"])
    assert wide["scope"] == "openid email"
    assert "email" in rp.userinfo(wide["access_token"])


@pytest.mark.parametrize("scope", ["openid profile", "profile", 'openid "x"'])
def test_a_wider_scope_is_refused_and_costs_nothing(rp, scope):
    token = rp.tokens(scope="openid email")["refresh_token"]
    assert rp.refresh(token, status=400, scope=scope)["error"] == "invalid_scope"
    rp.refresh(token)


def test_without_offline_access_it_ends_with_the_session(rp):
    token = rp.tokens()["refresh_token"]
    rp.mount.clock.move(13 * DAY)
    token = rp.refresh(token)["refresh_token"]
    rp.mount.clock.move(DAY)
    assert rp.refresh(token, status=400)["error"] == "invalid_grant"


def test_with_offline_access_it_outlives_the_session_but_not_thirty_days(rp):
    token = rp.tokens(**OFFLINE)["refresh_token"]
    rp.mount.clock.move(29 * DAY)
    token = rp.refresh(token)["refresh_token"]
    rp.mount.clock.move(DAY + 1)
    assert rp.refresh(token, status=400)["error"] == "invalid_grant"


def test_offline_access_counts_only_where_the_person_consented(make_rp):
    rp = make_rp({"require_consent": False})
    answer = rp.authorize(scope="openid offline_access")
    assert answer.pages == ["login"]
    assert rp.redeem(answer.code)["scope"] == "openid"
    asked = rp.authorize(**OFFLINE)
    assert asked.pages == ["consent"]
    assert "offline_access" in rp.redeem(asked.code)["scope"]


def test_a_client_that_did_not_register_the_grant_type_gets_none(make_rp):
    rp = make_rp({"grant_types": ["authorization_code"]})
    tokens = rp.tokens(**OFFLINE)
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "openid email"
    assert rp.refresh("A" * 44, status=400)["error"] == "unauthorized_client"


def test_an_account_that_is_gone_is_not_refreshed(rp):
    tokens = rp.tokens(**OFFLINE)
    rp.mount.command("account remove", rp.username)
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"], status=401)


def test_another_password_ends_what_was_granted_with_the_old_one(rp):
    tokens = rp.tokens(**OFFLINE)
    rp.mount.command("account password", rp.username, stdin="another password\n")
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"
    rp.browser.password = "another password"
    again = rp.authorize()  # in the same second
    assert again.pages == ["login"]
    rp.refresh(rp.redeem(again.code)["refresh_token"])


def test_a_client_that_was_removed_and_came_back_starts_anew(rp):
    tokens = rp.tokens(**OFFLINE)
    rp.mount.clock.move(1)  # a client of this id that is made in the same second is the same one
    rp.mount.command("client remove", rp.client_id)
    assert rp.refresh(tokens["refresh_token"], status=401)["error"] == "invalid_client"
    rp.mount.apply({"clients": [rp.described]})
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"], status=401)
    rp.refresh(rp.tokens()["refresh_token"])  # in the same second


def test_of_too_many_grants_the_oldest_go_first(rp):
    first = rp.tokens()["refresh_token"]
    others = [rp.tokens()["refresh_token"] for _ in range(20)]
    assert rp.refresh(first, status=400)["error"] == "invalid_grant"
    rp.refresh(others[0])


def test_a_lost_answer_is_repeated_to_an_identical_request_only(rp):
    tokens = rp.tokens(scope="openid email offline_access", prompt="consent")
    answer = rp.refresh(tokens["refresh_token"])
    assert rp.refresh(tokens["refresh_token"]) == answer
    assert rp.refresh(tokens["refresh_token"], scope="bogus", status=400)["error"] == "invalid_scope"
    assert rp.refresh(tokens["refresh_token"]) == answer
    assert rp.refresh(tokens["refresh_token"], scope="openid", status=400)["error"] == "invalid_grant"
    assert rp.refresh(answer["refresh_token"], status=400)["error"] == "invalid_grant"


def test_a_scope_of_blanks_is_none(rp):
    tokens = rp.tokens(**OFFLINE)
    assert rp.refresh(tokens["refresh_token"], scope=" ", status=400)["error"] == "invalid_scope"
    rp.refresh(tokens["refresh_token"])

"""The console: what people allowed which client, and taking it back."""

from console import words

OFFLINE = {"scope": "openid email offline_access", "prompt": "consent"}


def test_consents_are_listed_by_account_and_by_client(op, rp, make_rp):
    other = make_rp(person=rp.username)
    for each in (rp, other):
        each.tokens(**OFFLINE)
    assert "2 consents" in words(op.get(f"/consents?account={rp.username}"))
    assert "1 consent" in words(op.get(f"/consents?account={rp.username}&client={other.client_id}"))
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    page = words(op.get(link))
    assert "openid email offline_access" in page
    (account,) = set(op.links(link, "/accounts/"))
    assert len(op.links(account, "/consents/~")) == 2


def test_an_account_is_found_by_user_name_in_any_case_by_name_and_by_sub(op, rp):
    assert len(op.links(f"/accounts?q={rp.username.upper()}", "/accounts/")) == 1
    (link,) = op.links(f"/accounts?q={rp.username[3:12]}", "/accounts/")
    sub = words(op.get(link), "dl code")
    assert op.links(f"/accounts?q={sub}", "/accounts/") == [link]


def test_a_consent_shows_the_grants_that_can_be_refreshed(op, rp):
    rp.tokens(**OFFLINE)
    rp.mount.clock.move(60)
    second = rp.tokens(**OFFLINE)
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    assert len(op.links(link, "/grants/")) == 2
    rp.post("token", {"grant_type": "refresh_token", "refresh_token": second["refresh_token"]})
    assert len(op.links(link, "/grants/")) == 2
    rp.mount.clock.move(31 * 86400)
    op.sign_in()
    assert op.links(link, "/grants/") == []


def test_a_revoked_consent_takes_everything_with_it_and_is_asked_for_anew(op, rp):
    tokens = rp.tokens(**OFFLINE)
    later = rp.tokens(scope="openid email")
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    reply = op.press(f"{link}/revoke", "revoke")
    assert words(op.get(reply.header("Location")), "#done").startswith("The access is revoked")
    for each in (tokens, later):
        rp.userinfo(each["access_token"], status=401)
    rp.refresh(tokens["refresh_token"], status=400)
    assert op.browser.open("GET", f"{op.url()}/consents?client={rp.client_id}").text.count("/consents/~") == 0
    rp.mount.clock.move(2)
    answer = rp.authorize(scope="openid email")
    assert answer.pages == ["consent"]
    assert rp.redeem(answer.code)["access_token"]
    assert rp.authorize(scope="openid email").pages == []
    assert len(op.links(f"/consents?client={rp.client_id}", "/consents/~")) == 1


def test_what_was_revoked_stays_dead_when_consents_are_purged(op, rp):
    """A consent given long ago ends before the grant that it once covered."""
    rp.authorize(scope="openid offline_access", prompt="consent")
    rp.mount.clock.move(90 * 86400 - 60)
    tokens = rp.tokens(scope="openid offline_access")
    op.sign_in()
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    op.press(f"{link}/revoke", "revoke")
    rp.mount.clock.move(120)
    rp.mount.command("purge")
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.authorize(prompt="none", scope="openid").error in ("consent_required", "login_required")


def test_a_code_that_was_on_its_way_is_dead_too(op, rp):
    code = rp.authorize(**OFFLINE).code
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    op.press(f"{link}/revoke", "revoke")
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"


def test_a_revoked_grant_leaves_the_others_and_the_consent(op, rp):
    first = rp.tokens(**OFFLINE)
    rp.mount.clock.move(60)
    second = rp.tokens(**OFFLINE)
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    op.press(op.links(link, "/grants/")[0], "revoke")
    rp.refresh(first["refresh_token"], status=400)
    rp.userinfo(first["access_token"], status=401)
    assert rp.refresh(second["refresh_token"])["access_token"]
    assert len(op.links(link, "/grants/")) == 1


def test_grants_for_which_nobody_was_asked_are_found_by_account_and_revoked(op, make_rp):
    rp = make_rp({"require_consent": False})
    tokens = rp.tokens(scope="openid")
    (account,) = op.links(f"/accounts?q={rp.username}", "/accounts/")
    (link,) = op.links(account, "/consents/~")
    assert "was not asked" in words(op.get(link))
    op.press(f"{link}/revoke", "revoke")
    rp.userinfo(tokens["access_token"], status=401)
    rp.mount.clock.move(2)
    assert rp.tokens(scope="openid")["access_token"]


def test_what_is_left_of_a_deleted_client_is_shown_as_such(op, rp):
    rp.tokens(**OFFLINE)
    op.mount.command("client remove", rp.client_id)
    assert "deleted" in words(op.get(f"/consents?client={rp.client_id}"))
    (link,) = op.links(f"/consents?client={rp.client_id}", "/consents/~")
    assert "is deleted" in words(op.get(link))

"""Inside somebody else's application: nothing of theirs weakens ours, and none of ours shows in theirs."""

import pytest
from mounts import included
from rp import FORM, RelyingParty


@pytest.fixture
def host(tmp_path, put_keys):
    with included(tmp_path, put_keys) as made:
        yield made


def get(host, path, *headers):
    return host.send("GET", host.origin + path, headers)


def test_the_hosts_views_are_where_they_were(host):
    assert get(host, "/").text == "the host's home"
    assert get(host, "/authorize").text == "the host's authorize"
    assert get(host, "/nothing").text == "the host has no such thing"
    assert get(host, "/raises").text == "the host failed"


@pytest.mark.parametrize(
    "path", ["/openid/surprise", "/openid/raises", "/openid/host-login", "/openid/token/surprise", "/openid/@@surprise"]
)
def test_they_are_not_reached_below_the_mount(host, path):
    reply = get(host, path)
    assert reply.status == 404
    assert "the host" not in reply.text


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/jwks", "/login", "/consent", "/.well-known/openid-configuration"])
def test_ours_are_not_reached_outside(host, path):
    assert get(host, path).text == "the host has no such thing"


def test_the_mount_answers_with_and_without_its_slash(host):
    assert get(host, "/openid").status == get(host, "/openid/").status == 200


def test_our_errors_are_ours(host):
    assert 'id="error-code"' in get(host, "/openid/authorize").text
    assert get(host, "/openid/userinfo").json == {}
    reply = host.send("POST", f"{host.issuer}/token", [("Content-Type", FORM)], b"grant_type=x")
    assert reply.json["error"] == "invalid_client"


def test_a_path_that_is_not_utf8_is_judged_by_us_below_the_mount_and_by_the_host_elsewhere(host):
    assert (get(host, "/openid/%ff").status, get(host, "/openid/%ff").text) == (400, "the path is not UTF-8")
    for path in ("/%ff", "/openidly/%ff"):
        assert get(host, path).text == "the host failed"


def test_a_policy_that_allows_everything_gives_nobody_a_token(host):
    rp = RelyingParty(host)
    assert rp.authorize(prompt="none").error == "login_required"
    rp.userinfo("A" * 44, status=401)


def test_the_hosts_csrf_check_does_not_stop_clients_and_ours_still_guards_pages(host):
    rp = RelyingParty(host)
    assert rp.tokens()["access_token"]
    shown = rp.authorize(prompt="login", stop_at="login")
    assert rp.browser.fill_in(shown.url, shown.reply, "login-submit", csrf_token="made up").status == 400


def test_a_failure_of_ours_is_told_in_our_form(tmp_path, put_keys):
    settings = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.failing"}
    with included(tmp_path, put_keys, **settings) as host:
        rp = RelyingParty(host)
        reply = rp.authorize(scope="openid", ui_locales="fail").reply
        assert reply.status == 500
        assert "server_error" in reply.text
        assert "the host" not in reply.text
        assert "RuntimeError" not in reply.text


def test_the_host_reaches_the_provider_from_its_own_views(tmp_path, put_keys):
    with included(tmp_path, put_keys, **{"oidc.login_url": "/host-login", "host.tells": True}) as host:
        rp = RelyingParty(host, person="user-ann")
        rp.browser.open("GET", f"{host.origin}/host-login")
        reply = rp.browser.open("POST", f"{host.origin}/host-login", b"username=user-ann&password=correct+horse&next=/")
        assert reply.header("Location") == f"{host.origin}/"
        assert rp.authorize().pages == ["consent"]


def test_a_request_that_fails_leaves_the_session_that_there_was(tmp_path, put_keys):
    with included(tmp_path, put_keys, **{"oidc.login_url": "/host-login", "host.tells": True}) as host:
        rp = RelyingParty(host, person="user-ann")
        rp.authorize()
        reply = rp.browser.open("GET", f"{host.origin}/host-confused")
        assert (reply.status, reply.all("set-cookie")) == (500, [])
        assert rp.authorize(prompt="none").code

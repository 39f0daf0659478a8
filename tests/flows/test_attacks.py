"""What an attacker tried, each with the promise that holds it off."""

import time

import pytest
from mounts import unique
from rp import PASSWORD


def cookie(rp, text):
    """GET /login with a Cookie header as it stands."""
    return rp.mount.send("GET", rp.url("login"), [("Cookie", text)])


def session_cookie(rp):
    return next((name, value) for name, value in rp.browser.cookies.items() if "oidc_session" in name)


def test_cookies_are_read_in_linear_time(rp):
    cookie(rp, "a=b")
    begun = time.process_time()
    assert cookie(rp, "a" * 60_000).status in (200, 400, 431)
    assert time.process_time() - begun < 5  # a lenient pattern takes half a minute


@pytest.mark.parametrize("name", ["x", "oidc_session", "__Host-oidc_session"])
def test_a_cookie_that_is_no_text(rp, name):
    assert cookie(rp, f'{name}="\\303\\050"').status == 200


@pytest.mark.parametrize("carrier", ["x=a {}", "x=a,{}", 'x="a" {}', "x=[{}", "x=a%20{}"])
def test_a_neighbours_cookie_cannot_carry_ours_in_its_value(rp, carrier):
    rp.authorize()
    name, value = session_cookie(rp)
    rp.browser.cookies.clear()
    reply = rp.mount.send("GET", rp.url("signed-in"), [("Cookie", carrier.format(f"{name}={value}"))])
    assert reply.status == 303  # to the sign-in page: nobody is signed in


def test_two_cookies_of_one_name_are_none(rp):
    rp.authorize()
    name, value = session_cookie(rp)
    signed_in = rp.mount.send("GET", rp.url("signed-in"), [("Cookie", f"{name}={value}")])
    twice = rp.mount.send("GET", rp.url("signed-in"), [("Cookie", f"{name}=x; {name}={value}")])
    assert (signed_in.status, twice.status) == (200, 303)


def test_a_consent_is_for_the_client_it_was_given_to(make_rp):
    asked = {"scope": "openid email offline_access"}
    rp = make_rp()
    rp.tokens(**asked)
    rp.mount.command("client remove", rp.client_id)
    rp.mount.clock.move(10)
    other = make_rp(
        {"client_id": rp.client_id, "client_name": "Quite another", "redirect_uris": ["https://other.example/"]}, person=rp.username
    )
    other.browser = rp.browser
    assert other.authorize(**asked, prompt="none").error == "consent_required"
    assert other.authorize(**asked).pages == ["consent"]


def test_a_consent_is_by_the_account_that_gave_it(make_rp):
    sub = unique("sub")
    rp = make_rp(account={"sub": sub})
    assert rp.authorize().pages == ["login", "consent"]
    rp.mount.command("account remove", rp.username)
    rp.mount.clock.move(10)
    rp.mount.apply({"accounts": [{"username": rp.username, "sub": sub, "password": PASSWORD}]})
    assert rp.authorize().pages == ["login", "consent"]


def test_a_request_that_was_prepared_elsewhere_excuses_no_old_sign_in(make_rp):
    victim, attacker = make_rp(), make_rp()
    stopped = attacker.authorize(client_id=victim.client_id, redirect_uri=victim.redirect_uri, prompt="login", max_age="5", stop_at="login")
    resume = stopped.url.replace("/login?", "/authorize?")
    victim.mount.clock.move(5)
    victim.authorize()
    victim.mount.clock.move(3000)
    reply = victim.browser.open("GET", resume)
    assert (reply.status, reply.header("Location").partition("?")[0]) == (303, victim.url("login"))


def test_without_its_verifier_a_used_code_ends_nothing(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    code = rp.authorize().code
    tokens = rp.redeem(code)
    for verifier in (None, "x" * 43):
        assert rp.redeem(code, status=400, code_verifier=verifier)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"])
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"
    rp.userinfo(tokens["access_token"], status=401)


@pytest.mark.parametrize("root", ["\xff", "/admin", "//"])
def test_a_header_that_would_move_the_tree_is_ignored(rp, root):
    for path in ("static/oidc_op.css", "nothing", "authorize", ".well-known/openid-configuration"):
        reply = rp.mount.send("GET", rp.url(path), [("X-Vhm-Root", root)])
        assert reply.status == rp.mount.send("GET", rp.url(path)).status

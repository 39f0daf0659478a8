"""What an attacker tried, each with the promise that holds it off."""

import base64
import json
import time

import pytest
from joserfc import jws
from joserfc.jwk import OctKey
from mounts import unique
from rp import PASSWORD


def part(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


HS256 = '{"alg":"HS256"}'
CRAFTED = {
    "a header that is a list": ('["alg"]', "{}"),
    "a header that is a string": ('"alg"', "{}"),
    "a header that is a number": ("1", "{}"),
    "claims without a bottom": (HS256, "[" * 3000),
    "claims that are a list": (HS256, "[]"),
}


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


@pytest.mark.parametrize("crafted", CRAFTED)
def test_a_crafted_token_is_refused_wherever_it_is_shown(rp, crafted):
    token = ".".join([*map(part, CRAFTED[crafted]), "AAAA"])
    rp.userinfo(token, status=401)
    assert rp.authorize(id_token_hint=token).error in ("invalid_request", "page")  # too long to travel, perhaps
    assert rp.mount.send("GET", rp.url("end-session", id_token_hint=token)).status == 400
    assert rp.post("introspect", {"token": token}).json == {"active": False}
    rp.post("revoke", {"token": token})


def test_a_key_that_is_gone_stays_gone(rp):
    kid = rp.mount.command("key create")["kid"]
    before = rp.mount.command("key retire", kid)["expires_at"]
    rp.mount.clock.move(10)
    with pytest.raises(Exception, match="retired already"):
        rp.mount.command("key retire", kid)
    assert next(each for each in rp.mount.command("key list") if each["kid"] == kid)["expires_at"] == before


def test_a_hint_without_a_session_ends_none_without_a_question(make_rp):
    rp = make_rp({"id_token_signed_response_alg": "HS256"})
    claims = json.loads(jws.extract_compact(rp.tokens()["id_token"].encode()).payload)
    minted = {name: claims[name] for name in ("iss", "sub", "aud")}
    key = OctKey.import_key(rp.client_secret)
    hint = jws.serialize_compact({"alg": "HS256"}, json.dumps(minted), key, algorithms=["HS256"])
    reply = rp.browser.open("GET", rp.url("end-session", id_token_hint=hint))
    assert (reply.status, "logout-confirm" in reply.text) == (200, True)
    assert rp.authorize(prompt="none").code


def test_who_is_called_like_the_issuer_learns_of_no_other_tokens(make_rp):
    rp = make_rp()
    namesake = make_rp({"client_id": rp.mount.issuer})
    assert namesake.post("introspect", {"token": rp.tokens()["access_token"]}).json == {"active": False}


@pytest.mark.parametrize("uri", ["http://[", "https://[::1", "https://\u2100/"])
def test_a_uri_that_is_none_is_refused_by_name(make_rp, uri):
    with pytest.raises(Exception, match="client_uri"):
        make_rp({"client_uri": uri})


@pytest.mark.parametrize("member", [{"client_name": "\ud800"}, {"contacts": ["a\nb"]}, {"contacts": ["\udfff"]}])
def test_text_that_no_page_could_show_is_refused(make_rp, member):
    with pytest.raises(Exception, match="control characters"):
        make_rp(member)

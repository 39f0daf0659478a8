"""Signing out because an application asks (RP-Initiated Logout 1.0): when the person is asked, and where they end."""

import html
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jws
from joserfc.jwk import OctKey
from rp import FORM, Browser, Form, RelyingParty

GOODBYE = "https://rp.example/goodbye"
REGISTERED = {"post_logout_redirect_uris": [GOODBYE, "https://rp.example/goodbye?from=here", "com.example.app:/goodbye"]}


@pytest.fixture
def rp(make_rp):
    return make_rp(REGISTERED)


def hint(rp, **changes):
    return rp.tokens(**changes)["id_token"]


def is_signed_in(rp, **changes):
    return rp.authorize(prompt="none", **changes).error is None


def is_own_page(answer):
    return answer.part == "" and answer.reply.status == 200 and "You are signed out" in answer.reply.text


def test_an_id_token_of_this_session_ends_it_and_leads_back(rp):
    tokens = rp.tokens(scope="openid email")
    answer = rp.end_session(id_token_hint=tokens["id_token"], post_logout_redirect_uri=GOODBYE, state="a b&c=d")
    assert (answer.pages, answer.url.partition("?")[0], answer.params) == ([], GOODBYE, {"state": "a b&c=d"})
    assert not is_signed_in(rp)
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"


def test_the_cookie_goes_with_the_session(rp):
    rp.end_session(id_token_hint=hint(rp))
    assert not [name for name in rp.browser.cookies if "oidc_session" in name]


def test_what_was_granted_for_when_nobody_is_there_stays(rp):
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    rp.end_session(id_token_hint=tokens["id_token"])
    assert rp.refresh(tokens["refresh_token"])["access_token"]


def test_only_this_browser_signs_out(rp):
    other = Browser(rp.mount, rp.username)
    rp.authorize(browser=other)
    rp.end_session(id_token_hint=hint(rp))
    assert is_signed_in(rp, browser=other)


def test_an_expired_id_token_will_do(rp):
    token = hint(rp)
    rp.mount.clock.move(3600)
    assert rp.end_session(id_token_hint=token, post_logout_redirect_uri=GOODBYE).url == GOODBYE
    assert not is_signed_in(rp)


def test_a_query_of_the_address_is_kept_and_private_use_schemes_are_served(rp):
    uri = "https://rp.example/goodbye?from=here"
    assert rp.end_session(id_token_hint=hint(rp), post_logout_redirect_uri=uri, state="s").url == f"{uri}&state=s"
    assert rp.end_session(client_id=rp.client_id, post_logout_redirect_uri="com.example.app:/goodbye").url == "com.example.app:/goodbye"


def test_client_id_will_do_for_the_way_back_but_the_person_is_asked(rp):
    rp.authorize()
    shown = rp.end_session(press=None, client_id=rp.client_id, post_logout_redirect_uri=GOODBYE, state="s")
    assert "The Relying Party" in shown.reply.text
    assert "rp.example" in shown.reply.text
    answer = rp.end_session(client_id=rp.client_id, post_logout_redirect_uri=GOODBYE, state="s")
    assert (answer.pages, answer.url) == (["end-session"], f"{GOODBYE}?state=s")
    assert not is_signed_in(rp)


def test_both_may_be_given_where_they_agree(rp):
    assert rp.end_session(id_token_hint=hint(rp), client_id=rp.client_id, post_logout_redirect_uri=GOODBYE).url == GOODBYE


def test_both_are_believed_neither_where_they_disagree(rp, make_rp):
    token, other = hint(rp), make_rp(REGISTERED)
    answer = rp.end_session(id_token_hint=token, client_id=other.client_id, post_logout_redirect_uri=GOODBYE)
    assert answer.pages == ["end-session"]
    assert is_own_page(answer)


def test_an_id_token_of_another_person_makes_us_ask(rp):
    other = RelyingParty(rp.mount, rp.described)
    token = hint(other)
    rp.authorize()
    answer = rp.end_session(id_token_hint=token, post_logout_redirect_uri=GOODBYE)
    assert (answer.pages, answer.url) == (["end-session"], GOODBYE)


def test_an_id_token_of_an_earlier_session_makes_us_ask(rp):
    token = hint(rp)
    rp.end_session(id_token_hint=token)
    rp.authorize()
    assert rp.end_session(press=None, id_token_hint=token).reply.status == 200
    assert is_signed_in(rp)
    assert rp.end_session(id_token_hint=token).pages == ["end-session"]


def test_an_id_token_of_a_client_that_is_gone_is_nobodys(rp):
    token = hint(rp)
    rp.mount.command("client remove", rp.client_id)
    answer = rp.end_session(id_token_hint=token, post_logout_redirect_uri=GOODBYE)
    assert answer.pages == ["end-session"]
    assert is_own_page(answer)


def test_whoever_stays_signed_in_is_told_so(rp):
    rp.authorize()
    before = rp.mount.content()
    answer = rp.end_session(press="logout-cancel", client_id=rp.client_id, post_logout_redirect_uri=GOODBYE)
    assert urlsplit(answer.url).path.endswith("/signed-in")
    assert "You are signed in" in answer.reply.text
    assert rp.mount.content() == before
    assert is_signed_in(rp)


def test_nobody_to_ask_and_nothing_to_say_is_our_own_page(rp):
    before = rp.mount.content()
    for params in ({}, {"state": "s"}, {"post_logout_redirect_uri": GOODBYE}, {"client_id": rp.client_id}, {"logout_hint": rp.username}):
        answer = rp.end_session(**params)
        assert answer.pages == []
        assert is_own_page(answer)
    assert rp.mount.content() == before


@pytest.mark.parametrize("by", ["hint", "client_id"])
def test_nobody_is_asked_where_nobody_is_signed_in(rp, by):
    named = {"id_token_hint": hint(rp)} if by == "hint" else {"client_id": rp.client_id}
    answer = rp.end_session(browser=Browser(rp.mount, rp.username), **named, post_logout_redirect_uri=GOODBYE, state="s")
    assert (answer.pages, answer.url) == ([], f"{GOODBYE}?state=s")


WRONG = {
    "a slash more": {"post_logout_redirect_uri": f"{GOODBYE}/"},
    "a query more": {"post_logout_redirect_uri": f"{GOODBYE}?a=b"},
    "a fragment": {"post_logout_redirect_uri": f"{GOODBYE}#a"},
    "another case": {"post_logout_redirect_uri": "https://RP.example/goodbye"},
    "the port that goes without saying": {"post_logout_redirect_uri": "https://rp.example:443/goodbye"},
    "another encoding": {"post_logout_redirect_uri": "https://rp.example/%67oodbye"},
    "the address for codes": {"post_logout_redirect_uri": "https://rp.example/cb"},
    "a script": {"post_logout_redirect_uri": "javascript:alert(1)"},
    "not one of our tokens": {"id_token_hint": "no token", "post_logout_redirect_uri": GOODBYE},
    "nobody": {"client_id": "nobody", "post_logout_redirect_uri": GOODBYE},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_leads_nowhere(rp, wrong):
    params = {"client_id": rp.client_id} | WRONG[wrong]
    reply = rp.end_session(**params).reply
    assert reply.status == 400
    assert re.search(r'id="error-code">\s*invalid_request', reply.text)
    assert 'id="error-description"' in reply.text
    rp.authorize()
    answer = rp.end_session(**params)
    assert answer.pages == ["end-session"]
    assert is_own_page(answer)
    assert not is_signed_in(rp)


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_address_alone_leads_nowhere(rp, signed_in):
    if signed_in:
        rp.authorize()
    answer = rp.end_session(post_logout_redirect_uri=GOODBYE, state="s")
    assert answer.pages == (["end-session"] if signed_in else [])
    assert is_own_page(answer)


@pytest.mark.parametrize("secret", ["a key that anybody made up, of 32 characters", None])
def test_a_forged_id_token_signs_nobody_out(rp, secret):
    claims = rp.claims(hint(rp))
    key = OctKey.import_key(secret or rp.client_secret)  # which signs nothing of this client's
    forged = jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, json.dumps(claims), key, algorithms=["HS256"])
    shown = rp.end_session(press=None, id_token_hint=forged, post_logout_redirect_uri=GOODBYE)
    assert 'id="logout-confirm"' in shown.reply.text
    assert is_signed_in(rp)
    assert is_own_page(rp.end_session(id_token_hint=forged, post_logout_redirect_uri=GOODBYE))


def test_a_loopback_port_is_compared_as_it_stands(make_rp):
    rp = make_rp({"application_type": "native", "post_logout_redirect_uris": ["http://127.0.0.1/goodbye"]})
    assert rp.end_session(client_id=rp.client_id, post_logout_redirect_uri="http://127.0.0.1:5000/goodbye").reply.status == 400


# by POST


def test_a_posted_request_goes_on_by_get_where_the_cookie_shows(rp):
    token = hint(rp)
    sent = f"id_token_hint={token}&post_logout_redirect_uri={GOODBYE}&state=s".encode()
    reply = rp.mount.send("POST", rp.url("end-session"), [("Content-Type", FORM)], sent)
    assert reply.status == 303
    assert reply.header("Location").startswith(rp.url("end-session") + "?")
    assert token not in reply.header("Location")
    answer = rp.end_session(method="POST", id_token_hint=token, post_logout_redirect_uri=GOODBYE, state="s")
    assert (answer.pages, answer.url) == ([], f"{GOODBYE}?state=s")
    assert not is_signed_in(rp)


def test_a_posted_request_may_need_the_person_too(rp):
    rp.authorize()
    answer = rp.end_session(method="POST", client_id=rp.client_id, post_logout_redirect_uri=GOODBYE)
    assert (answer.pages, answer.url) == (["end-session"], GOODBYE)


def test_what_is_posted_may_be_long_but_not_for_ever(rp):
    rp.authorize()
    state = "s" * 6000
    assert rp.end_session(method="POST", client_id=rp.client_id, post_logout_redirect_uri=GOODBYE, state=state).params == {"state": state}
    assert rp.end_session(method="POST", client_id=rp.client_id, state="s" * 33_000).reply.status == 400


def test_what_was_posted_too_long_ago_has_expired(rp):
    reply = rp.mount.send("POST", rp.url("end-session"), [("Content-Type", FORM)], b"state=s")
    rp.mount.clock.move(3600)
    assert rp.browser.open("GET", reply.header("Location")).status == 400


# the question


def test_asking_writes_nothing(rp):
    rp.authorize()
    before = rp.mount.content()
    assert rp.end_session(press=None).reply.status == 200
    assert rp.mount.content() == before


def test_a_form_of_another_site_signs_nobody_out(rp):
    rp.authorize()
    shown = rp.end_session(press=None)
    fields = dict(Form.of(shown.reply.text).hidden)
    before = rp.mount.content()
    for forged in ({}, {"csrf_token": "x"}, {"resume": fields["resume"]}):
        body = "&".join(f"{name}={value}" for name, value in (forged | {"logout-confirm": "1"}).items()).encode()
        assert rp.browser.open("POST", rp.url("end-session"), body).status == 400
    assert rp.mount.content() == before
    assert is_signed_in(rp)


def test_a_yes_counts_for_the_session_that_was_asked_about(rp):
    rp.authorize()
    shown = rp.end_session(press=None)
    other = RelyingParty(rp.mount)
    other.browser.cookies = rp.browser.cookies  # another tab
    other.authorize(prompt="login")
    reply = rp.browser.fill_in(shown.url, shown.reply, "logout-confirm")
    again = rp.browser.open("GET", reply.header("Location"))
    assert 'id="logout-confirm"' in again.text
    assert is_signed_in(other)


def test_a_yes_that_somebody_else_gave_is_not_mine(rp):
    rp.authorize()
    stranger = RelyingParty(rp.mount)
    stranger.authorize()
    shown = stranger.end_session(press=None)
    theirs = stranger.browser.fill_in(shown.url, shown.reply, "logout-confirm").header("Location")
    assert 'id="logout-confirm"' in rp.browser.open("GET", theirs).text
    assert is_signed_in(rp)


def test_the_pages_of_somebody_signed_in_have_the_way_out(rp):
    rp.authorize()
    for page in ("", "signed-in"):
        text = rp.browser.open("GET", rp.url(page)).text
        assert rp.url("end-session") in re.findall(r'href="([^"]*)"', html.unescape(text))


def test_the_way_back_is_in_the_query_alone(rp):
    answer = rp.end_session(id_token_hint=hint(rp), post_logout_redirect_uri=GOODBYE, state="s", foo="bar")
    assert parse_qsl(urlsplit(answer.url).query) == [("state", "s")]
    assert (answer.reply.status, answer.reply.header("Referrer-Policy")) == (303, "no-referrer")

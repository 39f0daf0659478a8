"""Two people and one browser: hints, choices, consents and sessions that belong to one of them."""

import pytest
from rp import PASSWORD, Browser, RelyingParty

pytestmark = pytest.mark.mounts("transports")


@pytest.fixture
def second(make_rp):
    """Another person; their client does not matter."""
    return make_rp()


def test_an_id_token_hint_of_somebody_else_is_login_required(rp, second):
    hint = second.tokens()["id_token"]
    rp.authorize()
    assert rp.authorize(prompt="none", id_token_hint=hint).error == "login_required"


def test_an_id_token_hint_of_somebody_else_asks_for_them_and_takes_nobody_else(rp, second):
    hint = second.tokens()["id_token"]
    rp.authorize()
    answer = rp.authorize(id_token_hint=hint)
    assert (answer.pages, answer.error) == (["login"], "login_required")
    rp.browser.username = second.username
    assert rp.authorize(id_token_hint=hint).pages == ["login", "consent"]


def test_an_id_token_of_another_issuer_hints_at_nobody(rp):
    header, payload, signature = rp.tokens()["id_token"].split(".")
    assert rp.authorize(id_token_hint=f"{header}.{payload}.{signature[:-4]}AAAA").error == "invalid_request"
    assert rp.authorize(id_token_hint=f"eyJhbGciOiJub25lIn0.{payload}.").error == "invalid_request"


def test_the_sign_in_page_is_filled_in_with_the_login_hint(rp):
    shown = rp.authorize(stop_at="login", login_hint="ann@example.com")
    assert 'value="ann@example.com"' in shown.reply.text


def test_whoever_signs_in_instead_gets_a_session_of_their_own(rp, second):
    first = rp.tokens()
    rp.browser.username = second.username
    answer = rp.authorize(prompt="login")
    assert answer.pages == ["login", "consent"]
    tokens = rp.redeem(answer.code)
    assert rp.claims(tokens["id_token"])["sub"] != rp.claims(first["id_token"])["sub"]
    rp.userinfo(first["access_token"], status=401)  # the session that it hung from is over


def test_signing_in_again_keeps_what_hangs_from_the_session(rp):
    first = rp.tokens()
    rp.authorize(prompt="login")
    rp.userinfo(first["access_token"])
    rp.refresh(first["refresh_token"])


def test_a_session_carries_several_clients(rp):
    rp.authorize()
    other = RelyingParty(rp.mount, person=rp.username)
    other.browser = rp.browser
    assert other.authorize().pages == ["consent"]


def test_consent_is_remembered_for_ninety_days_and_united_with_earlier_ones(rp):
    rp.authorize(scope="openid email")
    assert rp.authorize(scope="openid profile").pages == ["consent"]
    assert rp.authorize(scope="openid profile email").pages == []
    rp.mount.clock.move(91 * 86400)
    assert rp.authorize(scope="openid").pages == ["login", "consent"]


def test_consent_belongs_to_one_person(rp, second):
    rp.authorize()
    browser = Browser(rp.mount, second.username, PASSWORD)
    assert rp.authorize(browser=browser).pages == ["login", "consent"]


def test_a_client_may_be_trusted_without_asking(make_rp):
    rp = make_rp({"require_consent": False})
    assert rp.authorize().pages == ["login"]
    assert rp.authorize(prompt="consent").pages == ["consent"]


def test_a_client_may_have_its_consents_forgotten(make_rp):
    rp = make_rp({"reuse_consent": False})
    assert rp.authorize().pages == ["login", "consent"]
    assert rp.authorize().pages == ["consent"]
    assert rp.authorize(prompt="none").error == "consent_required"


def test_consent_is_remembered_for_public_clients(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})
    assert rp.authorize().pages == ["login", "consent"]
    assert rp.authorize().pages == []


def test_native_clients_ask_each_time(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none", "application_type": "native", "redirect_uris": ["http://127.0.0.1/cb"]})
    rp.redirect_uri = "http://127.0.0.1:51004/cb"
    assert rp.authorize().pages == ["login", "consent"]
    assert rp.authorize().pages == ["consent"]
    assert rp.tokens()["access_token"]


@pytest.mark.parametrize("redirect_uri", ["com.example.app:/cb", "http://127.0.0.1:8000/cb"])
def test_whatever_can_be_claimed_on_a_device_is_asked_about_each_time_whatever_it_calls_itself(make_rp, redirect_uri):
    rp = make_rp({"token_endpoint_auth_method": "none", "application_type": "web", "redirect_uris": [redirect_uri]})
    rp.redirect_uri = redirect_uri
    shown = rp.authorize(stop_at="consent")
    assert ("any application on this device can claim it" in shown.reply.text) == redirect_uri.startswith("com.example.app:")
    assert rp.authorize().pages == ["consent"]
    assert rp.authorize(prompt="none").error == "consent_required"


def test_a_consent_page_cannot_be_answered_by_another_person(rp, second):
    shown = rp.authorize(stop_at="consent")
    other = Browser(rp.mount, second.username)
    RelyingParty.authorize(second, browser=other)
    reply = other.fill_in(shown.url, shown.reply, "consent-accept")
    assert reply.status == 400  # the form's token belongs to the first one's browser


def test_a_sealed_request_carried_to_another_browser_does_not_count_as_consent_there(rp, second):
    shown = rp.authorize(stop_at="consent")
    resumed = rp.browser.fill_in(shown.url, shown.reply, "consent-accept").header("Location")
    other = Browser(rp.mount, second.username)
    second.authorize(browser=other)
    assert "/consent" in other.open("GET", resumed).header("Location")


def test_a_request_begun_elsewhere_does_not_make_an_old_sign_in_a_fresh_one(rp):
    rp.authorize()
    rp.mount.clock.move(60)
    stranger = Browser(rp.mount, rp.username)
    shown = rp.authorize(prompt="login", browser=stranger, stop_at="login")
    resume = shown.url.replace("/login?", "/authorize?")
    assert "/login?" in rp.browser.open("GET", resume).header("Location")


def test_the_pages_make_no_sense_without_a_request(rp):
    for page in ("consent", "select-account"):
        assert rp.browser.open("GET", rp.url(page)).status == 400
    assert rp.browser.open("GET", rp.url("signed-in")).status == 303


def test_one_can_sign_in_without_an_application(rp):
    shown = rp.browser.open("GET", rp.url("login"))
    reply = rp.browser.fill_in(rp.url("login"), shown, "login-submit")
    assert reply.header("Location") == rp.url("signed-in")
    assert "ann@example.com" in rp.browser.open("GET", rp.url("signed-in")).text


def test_the_consent_of_one_person_is_not_taken_for_that_of_another(rp, second):
    """The page of one tab is answered after somebody else has signed in in the other."""
    shown = rp.authorize(stop_at="consent")
    rp.browser.username = second.username
    second.browser = rp.browser
    second.authorize(prompt="login", stop_at="consent")
    reply = rp.browser.fill_in(shown.url, shown.reply, "consent-accept")
    assert reply.status == 200
    assert 'id="consent-accept"' in reply.text
    rp.browser.username = rp.username
    assert rp.authorize(prompt="login").pages == ["login", "consent"]  # nothing was remembered for anybody


def test_in_development_the_error_page_shows_what_was_not_registered(open_mount):
    with open_mount("root", **{"oidc.development": "true"}) as mount:
        rp = RelyingParty(mount)
        page = mount.send("GET", rp.url(**rp.parameters(redirect_uri="https://elsewhere.example/cb")))
    assert page.status == 400
    assert "https://elsewhere.example/cb" in page.text


@pytest.mark.parametrize("development", ["true", "false"])
def test_in_development_the_front_page_leads_to_the_console_before_anybody_has_signed_in(open_mount, development):
    with open_mount("root", **{"oidc.development": development}) as mount:
        front = mount.send("GET", f"{mount.issuer}/").text
    assert (f'href="{mount.issuer}/admin"' in front) == (development == "true")
    assert "Stop the server" not in front


def test_a_page_that_there_is_not_is_told_in_our_words(open_mount):
    with open_mount("root") as mount:
        page = mount.send("GET", f"{mount.issuer}/there/is/nothing/here")
    assert page.status == 404
    assert "Nothing is at this address" in page.text

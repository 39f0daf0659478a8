"""What django-oidc-provider gets wrong, and is right here; what other tests show already is named in the documentation."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from mounts import root
from rp import Form, RelyingParty

pytestmark = pytest.mark.mounts("root", "served")

PUBLIC = {"token_endpoint_auth_method": "none"}


@pytest.fixture
def ours(tmp_path, put_keys):
    """A provider whose store can be looked into."""
    with root(tmp_path, put_keys) as mount:
        yield mount


@pytest.mark.parametrize(
    "change", [{"client_id": "nobody"}, {"client_id": None}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": None}]
)
def test_a_posted_request_of_an_unknown_client_is_a_page_and_no_failure(rp, change):
    answer = rp.authorize(method="POST", **change)
    assert (answer.error, answer.reply.status) == ("page", 400)


def test_a_person_who_is_not_signed_in_may_post_a_request(rp):
    assert rp.authorize(method="POST").pages == ["login", "consent"]


def test_an_answer_of_the_consent_page_without_a_sign_in_is_no_failure(rp):
    shown = rp.authorize(stop_at="consent")
    rp.browser.cookies = {name: value for name, value in rp.browser.cookies.items() if "csrf" in name}
    reply = rp.browser.fill_in(shown.url, shown.reply, "consent-accept")
    assert reply.status == 303
    assert "/login?" in rp.browser.open("GET", reply.header("Location")).header("Location")


def test_a_consent_that_is_not_reused_is_not_kept(ours):
    rp = RelyingParty(ours, {"reuse_consent": False})
    assert rp.authorize().code
    assert ours.content()["consents"] == {}


def test_a_consent_says_from_when_until_when_and_what_it_adds_up_to(ours):
    rp = RelyingParty(ours)
    rp.authorize(scope="openid email")
    ours.clock.move(3600)
    rp.authorize(scope="openid profile")
    (consent,) = ours.content()["consents"].values()
    assert (consent.scopes, consent.given_at) == (("openid", "email", "profile"), ours.clock())
    assert consent.expires_at == consent.given_at + 90 * 86400


def test_an_earlier_consent_that_has_expired_adds_nothing(ours):
    rp = RelyingParty(ours)
    rp.authorize(scope="openid email")
    ours.clock.move(91 * 86400)
    rp.authorize(scope="openid profile")
    (consent,) = ours.content()["consents"].values()
    assert consent.scopes == ("openid", "profile")


def test_require_consent_means_ask_and_its_absence_never_ask(make_rp):
    assert make_rp({"require_consent": True}).authorize().pages == ["login", "consent"]
    assert make_rp({"require_consent": False}).authorize().pages == ["login"]


def test_a_public_client_that_asks_for_a_code_is_never_approved_unseen_but_remembered(make_rp):
    rp = make_rp(PUBLIC | {"require_consent": False})
    assert rp.authorize(prompt="none").error == "login_required"
    assert rp.authorize().pages == ["login", "consent"]
    assert rp.authorize().pages == []


def test_no_recorded_consent_of_a_public_client_that_may_be_an_impostor_counts(make_rp):
    rp = make_rp(PUBLIC | {"application_type": "native", "redirect_uris": ["com.example.app:/cb"], "require_consent": False})
    assert rp.authorize().pages == ["login", "consent"]
    assert rp.authorize().pages == ["consent"]
    assert rp.authorize(prompt="none").error == "consent_required"


def test_an_error_keeps_the_query_of_the_redirect_uri(make_rp):
    rp = make_rp({"redirect_uris": ["https://rp.example/cb?kept=1"]})
    answer = rp.authorize(prompt="none", state="a b&c=d#e")
    assert answer.url.startswith("https://rp.example/cb?kept=1&error=login_required&")
    assert answer.params["state"] == "a b&c=d#e"
    assert answer.params["iss"] == rp.mount.issuer
    assert "c" not in answer.params


def test_declining_is_told_as_an_error_and_leaves_nothing(ours):
    rp = RelyingParty(ours)
    answer = rp.authorize(press={"consent": "consent-deny"})
    assert (answer.error, answer.params["state"]) == ("access_denied", "the state")
    assert ours.content()["consents"] == ours.content()["grants"] == {}


def test_a_scope_beside_a_code_is_ignored(rp):
    for scope, has_email in (("openid", False), ("openid email", True)):
        tokens = rp.redeem(rp.authorize(scope=scope).code, scope="openid profile")
        assert tokens["scope"] == scope
        assert ("email" in rp.userinfo(tokens["access_token"])) is has_email


def test_a_secret_may_hold_a_colon_and_whatever_else(make_rp):
    rp = make_rp({"client_secret": "a:secret:with+colons%20/&=and~more"})
    assert rp.tokens()["access_token"]


def test_auth_time_is_when_they_signed_in_also_in_later_tokens(rp):
    tokens = rp.tokens()
    before = rp.claims(tokens["id_token"])["auth_time"]
    rp.mount.clock.move(600)
    rp.authorize(prompt="login")
    assert rp.claims(rp.refresh(tokens["refresh_token"])["id_token"])["auth_time"] == before


def test_an_access_token_is_good_until_it_ends_also_when_there_is_a_newer_one(rp):
    tokens = rp.tokens()
    rp.refresh(tokens["refresh_token"])
    rp.userinfo(tokens["access_token"])


def test_the_issuer_does_not_follow_the_host_header(ours):
    reply = ours.send("GET", "https://evil.example/.well-known/openid-configuration")
    assert "evil.example" not in reply.text


def test_no_wrong_method_or_empty_request_at_the_token_endpoint_is_a_failure(rp):
    for method in ("GET", "PUT", "DELETE"):
        reply = rp.mount.send(method, rp.url("token"))
        assert (reply.status, reply.header("Allow").split(",")[0]) == (405, "POST")
    assert rp.mount.send("POST", rp.url("token")).status == 400


def test_the_consent_page_carries_the_whole_request_on_and_nobody_can_change_it(rp):
    shown = rp.authorize(scope="openid email", stop_at="consent")
    form = dict(Form.of(shown.reply.text).hidden)
    assert set(form) == {"csrf_token", "resume"}
    assert "openid" not in form["resume"]  # sealed: neither read nor written by anybody else
    reply = rp.browser.fill_in(shown.url, shown.reply, "consent-accept", scope="openid profile", redirect_uri="https://evil.example/")
    answer = rp.browser.open("GET", reply.header("Location")).header("Location")
    assert answer.startswith(f"{rp.redirect_uri}?code=")
    code = dict(parse_qsl(urlsplit(answer).query))["code"]
    assert rp.redeem(code)["scope"] == "openid email"
    changed = rp.browser.fill_in(shown.url, shown.reply, "consent-accept", resume=form["resume"][:-2] + "AA")
    assert changed.status == 400


@pytest.mark.parametrize("scope", ["email", "openid email"])
@pytest.mark.parametrize("response_type", ["token", "id_token token", "code token", "none"])
def test_a_client_for_codes_gets_nothing_else_with_and_without_openid(rp, scope, response_type):
    answer = rp.authorize(response_type=response_type, scope=scope)
    assert answer.error == "unauthorized_client"
    assert not {"access_token", "id_token", "code"} & set(answer.params)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_an_installed_application_is_answered_at_whatever_port_it_listens(make_rp, host):
    rp = make_rp(PUBLIC | {"application_type": "native", "redirect_uris": [f"http://{host}/cb"]})
    rp.redirect_uri = f"http://{host}:51004/cb"
    answer = rp.authorize()
    assert answer.url.startswith(f"{rp.redirect_uri}?code=")
    assert rp.redeem(answer.code, status=400, redirect_uri=f"http://{host}:51005/cb")["error"] == "invalid_grant"
    assert rp.redeem(rp.authorize().code)["access_token"]

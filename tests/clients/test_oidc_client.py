"""oidc-client 1, the library of single-page applications before PKCE, signs in here by the implicit flow from Chromium."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import TIMEOUT, chromium
from playwright.sync_api import expect
from registrations import CLAIMS, PASSWORD, SUB, USERNAME
from tampering import (
    another_audience,
    another_issuer,
    another_nonce,
    another_subject,
    expired,
    signed_by_another,
    unsigned,
    untouched,
)

pytestmark = pytest.mark.xdist_group("clients")

IMPLICIT = {"client_id": "spa-implicit", "response_type": "id_token token", "scope": "openid profile email"}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser, spa):
    """A tab that shows the application, in a browser where nobody is signed in yet."""
    with browser.new_context() as context:
        context.set_default_timeout(TIMEOUT)
        tab = context.new_page()
        tab.goto(f"{spa}/implicit")
        yield tab


def fill_in(tab):
    tab.fill("#username", USERNAME)
    tab.fill("#password", PASSWORD)
    tab.click("#login-submit")


def sign_in(tab, issuer):
    """What the application knows when the person is back from the provider."""
    tab.evaluate("([settings, request]) => signIn(settings, request)", [{"authority": issuer, **IMPLICIT}, {"prompt": "consent"}])
    fill_in(tab)
    tab.click("#consent-accept")
    tab.wait_for_url("**/implicit/callback#*")
    return result(tab)


def result(tab):
    return json.loads(tab.locator("#result:not(:empty)").text_content())


def sent(tab, name):
    """Collects the parameters of the tab's requests, those of iframes included, to an endpoint."""
    seen = []
    tab.on("request", lambda request: seen.append(parse_qs(urlsplit(request.url).query)) if urlsplit(request.url).path == name else None)
    return seen


def test_it_signs_in_with_the_implicit_flow(provider, tab):
    asked, exchanged = sent(tab, "/authorize"), sent(tab, "/token")
    user = sign_in(tab, provider.issuer)
    assert "error" not in user, user
    assert user["profile"].items() >= (CLAIMS | {"sub": SUB}).items()
    assert user["scope"].split() == IMPLICIT["scope"].split()
    assert user["access_token"]
    assert user["expired"] is False
    assert asked[0]["response_type"] == ["id_token token"]
    assert exchanged == []


def test_it_renews_silently_in_an_iframe(provider, tab):
    user = sign_in(tab, provider.issuer)
    asked = sent(tab, "/authorize")
    renewed = tab.evaluate("renew()")
    assert "error" not in renewed, renewed
    assert renewed["profile"]["sub"] == SUB
    assert renewed["access_token"] != user["access_token"]
    assert [request["prompt"] for request in asked] == [["none"]]


def test_it_learns_that_nobody_is_signed_in_any_longer(provider, tab):
    sign_in(tab, provider.issuer)
    tab.context.clear_cookies()
    assert tab.evaluate("renew()") == {"error": "login_required"}


def test_it_learns_that_the_person_declined(provider, tab):
    tab.evaluate("settings => signIn(settings)", {"authority": provider.issuer, **IMPLICIT})
    tab.click("#login-cancel")
    tab.wait_for_url("**/implicit/callback#*")
    assert result(tab) == {"error": "access_denied"}


def test_it_signs_out(provider, tab):
    sign_in(tab, provider.issuer)
    asked = sent(tab, "/end-session")
    tab.evaluate("signOut('where the person was')")
    tab.wait_for_url("**/implicit/signed-out?*")
    assert result(tab) == {"state": "where the person was", "user": None}
    assert set(asked[0]) == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert tab.evaluate("renew()") == {"error": "login_required"}
    tab.evaluate("settings => signIn(settings)", {"authority": provider.issuer, **IMPLICIT})
    expect(tab.locator("#password")).to_be_visible()


def test_it_signs_in_through_a_proxy_that_alters_nothing(in_between, tab):
    with in_between.altering(untouched):
        assert sign_in(tab, in_between.url)["profile"]["sub"] == SUB


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (another_subject, "signature validation failed"),
        (signed_by_another, "signature validation failed"),
        (unsigned, "signature validation failed"),
        (another_nonce, "Invalid nonce in id_token"),
        (another_issuer, "Invalid issuer in token: https://evil.example"),
        (another_audience, "Invalid audience in token: another-client"),
        (expired, "exp is in the past"),
    ],
)
def test_it_rejects_an_altered_id_token(in_between, tab, tampering, fault):
    with in_between.altering(tampering):
        assert fault in sign_in(tab, in_between.url)["error"]

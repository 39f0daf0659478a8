"""oidc-client-ts, the library of single-page applications, signs in here from Chromium."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import TIMEOUT, chromium
from registrations import CLAIMS, PASSWORD, SUB, USERNAME
from tampering import another_nonce, another_subject, untouched

pytestmark = pytest.mark.xdist_group("clients")

REFRESHING = {"client_id": "spa", "scope": "openid profile email offline_access"}
IN_AN_IFRAME = {"client_id": "spa-without-refresh", "scope": "openid profile email"}
NONCE = "a nonce that the application chose"


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
        tab.goto(spa)
        yield tab


def sign_in(tab, issuer, client):
    """What the application knows when the person is back from the provider."""
    tab.evaluate(
        "([settings, request]) => signIn(settings, request)", [{"authority": issuer, **client}, {"nonce": NONCE, "prompt": "consent"}]
    )
    tab.fill("#username", USERNAME)
    tab.fill("#password", PASSWORD)
    tab.click("#login-submit")
    tab.click("#consent-accept")
    return result(tab)


def result(tab):
    tab.wait_for_url("**/callback?*")
    return json.loads(tab.locator("#result:not(:empty)").text_content())


def requests_for(tab, name):
    """Collects the requests of the tab, iframes and preflights included, to an endpoint."""
    seen = []
    tab.on("request", lambda request: seen.append(request) if urlsplit(request.url).path == f"/{name}" else None)
    return seen


@pytest.mark.parametrize("client", [REFRESHING, IN_AN_IFRAME], ids=lambda client: client["client_id"])
def test_it_signs_in_with_a_code_and_pkce(provider, tab, client):
    asked = requests_for(tab, "authorize")
    user = sign_in(tab, provider.issuer, client)
    assert "error" not in user, user
    assert user["profile"]["sub"] == SUB
    assert user["profile"].items() >= CLAIMS.items()
    assert user["scope"].split() == client["scope"].split()
    assert ("refresh_token" in user) == (client is REFRESHING)
    query = parse_qs(urlsplit(asked[0].url).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]


def test_it_renews_with_a_refresh_token(provider, tab):
    user = sign_in(tab, provider.issuer, REFRESHING)
    asked = requests_for(tab, "authorize")
    renewed = tab.evaluate("renew()")
    assert "error" not in renewed, renewed
    assert renewed["profile"].items() >= CLAIMS.items()
    assert renewed["access_token"] != user["access_token"]
    assert renewed["refresh_token"] != user["refresh_token"]
    assert asked == []


def test_it_renews_silently_in_an_iframe(provider, tab):
    user = sign_in(tab, provider.issuer, IN_AN_IFRAME)
    asked = requests_for(tab, "authorize")
    renewed = tab.evaluate("renew()")
    assert "error" not in renewed, renewed
    assert renewed["profile"]["sub"] == SUB
    assert renewed["access_token"] != user["access_token"]
    assert [parse_qs(urlsplit(request.url).query)["prompt"] for request in asked] == [["none"]]
    assert asked[0].frame.parent_frame == tab.main_frame


def test_it_renews_silently_with_the_id_token_as_a_hint(provider, tab):
    client = IN_AN_IFRAME | {"includeIdTokenInSilentRenew": True}
    sign_in(tab, provider.issuer, client)
    asked = requests_for(tab, "authorize")
    assert tab.evaluate("renew()")["profile"]["sub"] == SUB
    assert "id_token_hint" in parse_qs(urlsplit(asked[0].url).query)


def test_it_learns_that_nobody_is_signed_in_any_longer(provider, tab):
    sign_in(tab, provider.issuer, IN_AN_IFRAME)
    tab.context.clear_cookies()
    assert tab.evaluate("renew()") == {"error": "login_required"}


def test_it_learns_that_the_person_declined(provider, tab):
    tab.evaluate("settings => signIn(settings)", {"authority": provider.issuer, **REFRESHING})
    tab.click("#login-cancel")
    assert result(tab) == {"error": "access_denied"}


def test_it_signs_in_through_a_proxy_that_alters_nothing(in_between, tab):
    with in_between.altering(untouched):
        assert sign_in(tab, in_between.url, REFRESHING)["profile"]["sub"] == SUB


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (another_subject, "subject from UserInfo response does not match subject in ID Token"),
        (another_nonce, "nonce in id_token does not match nonce in client storage"),
    ],
)
def test_it_rejects_an_altered_id_token(in_between, tab, tampering, fault):
    with in_between.altering(tampering):
        assert sign_in(tab, in_between.url, REFRESHING) == {"error": fault}


def test_it_rejects_an_altered_id_token_when_it_refreshes(in_between, tab):
    assert "error" not in sign_in(tab, in_between.url, REFRESHING)
    with in_between.altering(another_subject):
        assert tab.evaluate("renew()") == {"error": "sub in id_token does not match current sub"}


def test_its_scripts_can_read_what_is_wrong(provider, tab):
    answer = tab.evaluate("url => ask(url, {headers: {Authorization: 'Bearer nothing'}})", f"{provider.issuer}/userinfo")
    assert answer["status"] == 401
    assert 'error="invalid_token"' in answer["challenge"]
    form = "url => ask(url, {method: 'POST', body: new URLSearchParams({grant_type: 'authorization_code', client_id: 'spa', code: 'x'})})"
    answer = tab.evaluate(form, f"{provider.issuer}/token")
    assert (answer["status"], json.loads(answer["body"])["error"]) == (400, "invalid_grant")


def test_its_scripts_cannot_read_the_pages_of_people(provider, tab):
    with pytest.raises(Exception, match="Failed to fetch"):
        tab.evaluate("url => ask(url)", f"{provider.issuer}/login")

"""Try it, against a provider that is really served."""

import json
import re
from contextlib import contextmanager

import pytest
import requests
from bs4 import BeautifulSoup
from serving import Visitor, provider, serving

from oidc_op.relying_party import client as client_module
from oidc_op.relying_party.client import RelyingParty, SignInFailed

PASSWORD = "correct horse"
CLAIMS = {"name": "Ann Example", "email": "ann@example.com", "email_verified": True}
TRY_IT = {"oidc.includes": "oidc_op.extensions.try_it"}
HANDLE = re.compile(r"(?<![\w-])[\w-]{44}(?![\w-])")  # a code or token in full
JWT = re.compile(r"eyJ[\w-]+\.")


@pytest.fixture
def serve(put_keys):
    """Serves a provider with ``try-it``, somebody to sign in, and its client where it is described."""

    @contextmanager
    def made(client=True, **settings):
        with provider(**TRY_IT | settings) as served:
            put_keys(served.registry)
            served.apply({"accounts": [{"username": "ann", "password": PASSWORD, "claims": CLAIMS}]})
            if client:
                uri = f"{served.url}/try-it/callback"
                served.command("client", "add", "X.ini", "--id", "try-it", "--public", "--redirect-uri", uri)
            yield served

    return made


def ann(served):
    return Visitor(served.url, "ann", PASSWORD)


def tried(visitor):
    """The last page of a sign-in."""
    return visitor.arrive(f"{visitor.issuer}/try-it/start", at="/try-it/callback")


def told(response):
    """What the page's alert says."""
    return BeautifulSoup(response.text, "html.parser").select_one(".alert").get_text(strip=True)


def test_a_sign_in_shows_what_the_application_learnt(serve):
    with serve() as served:
        response = tried(ann(served))
    page = BeautifulSoup(response.text, "html.parser")
    shown = {name: json.loads(page.select_one(f"#{name}").text) for name in ("id-token-header", "id-token-claims", "userinfo", "tokens")}
    assert response.status_code == 200
    assert shown["id-token-header"]["alg"] == "RS256"
    assert (shown["id-token-claims"]["iss"], shown["id-token-claims"]["aud"]) == (served.url, "try-it")
    assert shown["userinfo"].items() >= (CLAIMS | {"sub": shown["id-token-claims"]["sub"]}).items()
    assert shown["tokens"]["scope"] == "openid profile email"


def test_every_message_is_shown_in_order_and_no_secret_in_full(serve):
    with serve() as served:
        response = tried(ann(served))
    titles = [each.text for each in BeautifulSoup(response.text, "html.parser").select(".exchanges summary")]
    assert titles == ["Discovery", "Authorization request", "Authorization response", "Token request", "Keys", "UserInfo"]
    assert not HANDLE.search(response.text)
    assert not JWT.search(response.text)


def test_where_the_client_is_missing_the_page_says_which_command_makes_it(serve):
    with serve(client=False) as served:
        page, start = (requests.get(f"{served.url}/try-it{path}", timeout=30) for path in ("", "/start"))
        for response in (page, start):
            assert f"oidc-op client add X.ini --id try-it --public --redirect-uri {served.url}/try-it/callback" in told(response)
        command = told(page).partition("oidc-op ")[2].split()
        served.command(*command)
        assert tried(ann(served)).status_code == 200


def test_where_the_client_is_answered_elsewhere_the_page_says_which_command_changes_it(serve):
    with serve(client=False) as served:
        served.command("client", "add", "X.ini", "--id", "try-it", "--public", "--redirect-uri", "http://localhost:1/try-it/callback")
        start = requests.get(f"{served.url}/try-it/start", timeout=30)
        assert start.status_code == 404
        served.command(*told(start).partition("oidc-op ")[2].split())
        assert tried(ann(served)).status_code == 200


def test_who_cancels_is_told_that_the_provider_refused(serve):
    with serve() as served:
        visitor = ann(served)
        login = visitor.arrive(f"{served.url}/try-it/start", at="/login")
        action, fields = visitor._filled_in(login)
        del fields["login-submit"]
        answer = visitor.session.post(action, fields | {"login-cancel": "1"}, timeout=30)
    assert answer.status_code == 400
    assert "access_denied" in told(answer)


def test_an_answer_in_another_browser_is_refused(serve):
    with serve() as served:
        answer = requests.get(f"{served.url}/try-it/callback?code=a&state=b", timeout=30)
    assert answer.status_code == 400
    assert "Start again" in told(answer)


@pytest.mark.parametrize("change", [{"state": "another"}, {"iss": "https://evil.example"}, {"state": ""}])
def test_an_answer_to_another_question_is_refused(serve, change):
    with serve() as served:
        visitor = ann(served)
        visitor.arrive(f"{served.url}/try-it/start", at="/login")
        answer = visitor.session.get(f"{served.url}/try-it/callback", params={"error": "access_denied"} | change, timeout=30)
    assert answer.status_code == 400
    assert "not to what this page asked" in told(answer)


def includeme(config):
    """An extension that makes ID Tokens say something else."""
    config.add_oidc_id_token_hook(lambda claims, account: claims | LIES)


LIES = {}


@pytest.mark.parametrize("lie", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_an_id_token_that_does_not_hold_is_refused(serve, lie):
    LIES.update(lie)
    try:
        with serve(**{"oidc.includes": f"{TRY_IT['oidc.includes']} {__name__}"}) as served:
            answer = tried(ann(served))
    finally:
        LIES.clear()
    assert answer.status_code == 400
    assert "It did not work" in told(answer)
    assert "id-token-claims" not in answer.text


def test_a_server_with_one_thread_is_told_that_it_needs_two(serve, monkeypatch):
    monkeypatch.setattr(client_module, "TIMEOUT", 1)
    with serve(threads=1) as served:
        answer = requests.get(f"{served.url}/try-it/start", timeout=30)
    assert answer.status_code == 504
    assert "two threads" in told(answer)


def test_without_an_issuer_nobody_elsewhere_says_whom_the_server_calls(serve):
    with serve(**{"oidc.issuer": "", "oidc.development": "true"}) as served:
        answer = requests.get(f"{served.url}/try-it/start", headers={"Host": "elsewhere.example"}, timeout=30)
        assert answer.status_code == 404
        assert "oidc.issuer" in told(answer)
        assert tried(ann(served)).status_code == 200


def test_other_methods_are_refused_in_so_many_words(serve):
    with serve() as served:
        answers = [requests.post(f"{served.url}/try-it{path}", timeout=30) for path in ("", "/start", "/callback")]
        unknown = requests.get(f"{served.url}/try-it/unknown", timeout=30)
    assert [(each.status_code, each.headers["Allow"]) for each in answers] == [(405, "GET, HEAD")] * 3
    assert unknown.status_code == 404


@pytest.mark.parametrize("says", [{"authorization_endpoint": "https://evil.example/authorize"}, {}, {"issuer": "https://evil.example"}])
def test_it_follows_nobody_who_leads_it_elsewhere(says):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"issuer": f"http://{environ['HTTP_HOST']}"} | says).encode()]

    with serving(app) as served, pytest.raises(SignInFailed):
        RelyingParty(served.url, "try-it", f"{served.url}/try-it/callback").begin()


def test_it_follows_no_redirect():
    def app(environ, start_response):
        start_response("302 Found", [("Location", "http://localhost:1/elsewhere")])
        return [b""]

    with serving(app) as served, pytest.raises(requests.TooManyRedirects):
        RelyingParty(served.url, "try-it", f"{served.url}/try-it/callback").begin()


def test_it_names_the_demo_account_and_how_to_give_it_another_password(serve):
    with serve() as served:
        assert "oidc-op account password" not in requests.get(f"{served.url}/try-it", timeout=5).text
        served.apply({"accounts": [{"username": "demo", "password": PASSWORD}]})
        text = BeautifulSoup(requests.get(f"{served.url}/try-it", timeout=5).text, "html.parser").get_text(" ", strip=True)
        assert "Sign in as demo" in text

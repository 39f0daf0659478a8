"""requests-oauthlib, the OAuth 2.0 client of many scripts, signs in here; ID Tokens it hands on unread."""

import pytest
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, InvalidScopeError, MismatchingStateError
from registrations import CLAIMS, REDIRECT_URI, SECRET, SUB
from requests_oauthlib import OAuth2Session

pytestmark = pytest.mark.xdist_group("clients")

SCOPE = ["openid", "profile", "email", "offline_access"]


@pytest.fixture(autouse=True)
def plain_http(monkeypatch):
    """Since all is on this machine."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def session_of(client_id, **kwargs):
    return OAuth2Session(client_id, redirect_uri=REDIRECT_URI, scope=SCOPE, pkce="S256", **kwargs)


def came_back(session, agent):
    """Where a person comes back to whom the session sent away."""
    url, _state = session.authorization_url(f"{agent.issuer}/authorize")
    return agent.visit(url)


@pytest.mark.parametrize(("client_id", "proof"), [("requests-basic", {"client_secret": SECRET}), ("public", {"include_client_id": True})])
def test_it_signs_in_with_a_code_and_pkce_and_refreshes(provider, new_agent, client_id, proof):
    session = session_of(client_id)
    url = came_back(session, new_agent(provider.issuer))
    token = session.fetch_token(f"{provider.issuer}/token", authorization_response=url, **proof)
    assert set(token["scope"]) == set(SCOPE)
    userinfo = session.get(f"{provider.issuer}/userinfo").json()
    assert userinfo.items() >= (CLAIMS | {"sub": SUB}).items()
    auth = {"auth": (client_id, SECRET)} if "client_secret" in proof else {"client_id": client_id}
    refreshed = session.refresh_token(f"{provider.issuer}/token", **auth)
    assert refreshed["access_token"] != token["access_token"]
    assert refreshed["refresh_token"] != token["refresh_token"]
    assert session.get(f"{provider.issuer}/userinfo").json() == userinfo


def test_it_refreshes_by_itself_when_a_token_has_expired(provider, new_agent):
    kept = []
    session = session_of(
        "public",
        auto_refresh_url=f"{provider.issuer}/token",
        auto_refresh_kwargs={"client_id": "public"},
        token_updater=kept.append,
    )
    url = came_back(session, new_agent(provider.issuer))
    session.fetch_token(f"{provider.issuer}/token", authorization_response=url, include_client_id=True)
    session.token = session.token | {"expires_at": 1}
    assert session.get(f"{provider.issuer}/userinfo").json()["sub"] == SUB
    assert len(kept) == 1


def test_it_gets_a_token_for_a_client_by_itself(provider):
    session = OAuth2Session(client=BackendApplicationClient("robot", scope=["stock:read"]))
    token = session.fetch_token(f"{provider.issuer}/token", client_id="robot", client_secret=SECRET)
    assert token["scope"] == ["stock:read"]
    assert "refresh_token" not in token
    assert session.get(f"{provider.issuer}/userinfo").status_code == 403


def test_it_is_told_that_a_client_may_not_have_what_it_asks_for(provider):
    session = OAuth2Session(client=BackendApplicationClient("robot", scope=["openid"]))
    with pytest.raises(InvalidScopeError):
        session.fetch_token(f"{provider.issuer}/token", client_id="robot", client_secret=SECRET)


def test_it_is_told_why_a_code_is_refused(provider, new_agent):
    session = session_of("requests-basic")
    url = came_back(session, new_agent(provider.issuer))
    session._code_verifier = session._code_verifier[::-1]
    with pytest.raises(InvalidGrantError):
        session.fetch_token(f"{provider.issuer}/token", authorization_response=url, client_secret=SECRET)


def test_it_rejects_an_answer_to_somebody_elses_request(provider, new_agent):
    agent = new_agent(provider.issuer)
    url = came_back(session_of("requests-basic"), agent)
    session = session_of("requests-basic")
    came_back(session, agent)
    with pytest.raises(MismatchingStateError):
        session.fetch_token(f"{provider.issuer}/token", authorization_response=url, client_secret=SECRET)

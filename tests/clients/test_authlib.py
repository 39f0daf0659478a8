"""Authlib's client library signs in here, by its session for requests and by its integration into Django."""

import secrets

import django_site
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.test import Client
from joserfc.errors import JoseError
from registrations import CLAIMS, REDIRECT_URI, SECRET, SUB
from tampering import another_audience, another_issuer, another_nonce, another_subject, expired, signed_by_another, unsigned, untouched

pytestmark = pytest.mark.xdist_group("clients")

SCOPE = "openid profile email offline_access"


@pytest.fixture
def session(provider):
    """Makes a client session."""

    def make(client_id, method, secret=SECRET):
        return OAuth2Session(
            client_id,
            secret,
            token_endpoint_auth_method=method,
            token_endpoint=f"{provider.issuer}/token",
            scope=SCOPE,
            redirect_uri=REDIRECT_URI,
            code_challenge_method="S256",
        )

    return make


@pytest.fixture
def site():
    """A Django site as a browser sees it."""
    django_site.set_up()
    return Client(SERVER_NAME="localhost")


def came_back(session, agent, **parameters):
    """Where a person comes back to whom the session sent away, and the verifier that the session keeps."""
    verifier = secrets.token_urlsafe(48)
    url, _state = session.create_authorization_url(f"{agent.issuer}/authorize", code_verifier=verifier, **parameters)
    return agent.visit(url), verifier


def called_back(site, agent, **parameters):
    """The site's answer when a person has signed in."""
    url = site.get("/authlib/login/", parameters).headers["Location"]
    return site.get(agent.visit(url)).json()


@pytest.mark.parametrize(
    ("client_id", "method"), [("requests-basic", "client_secret_basic"), ("requests-post", "client_secret_post"), ("public", "none")]
)
def test_its_session_signs_in_and_refreshes(provider, session, new_agent, client_id, method):
    client = session(client_id, method, SECRET if method != "none" else None)
    url, verifier = came_back(client, new_agent(provider.issuer))
    token = client.fetch_token(authorization_response=url, code_verifier=verifier)
    assert set(token["scope"].split()) == set(SCOPE.split())
    userinfo = client.get(f"{provider.issuer}/userinfo").json()
    assert userinfo.items() >= (CLAIMS | {"sub": SUB}).items()
    refreshed = client.refresh_token()
    assert refreshed["access_token"] != token["access_token"]
    assert refreshed["refresh_token"] != token["refresh_token"]
    assert client.get(f"{provider.issuer}/userinfo").json() == userinfo


def test_its_session_is_told_why_a_code_is_refused(provider, session, new_agent):
    client = session("requests-basic", "client_secret_basic")
    url, verifier = came_back(client, new_agent(provider.issuer))
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(authorization_response=url, code_verifier=verifier[::-1])


def test_its_django_integration_is_told_why_a_request_is_refused(provider, site, new_agent):
    with django_site.at(provider.issuer), pytest.raises(OAuthError, match="login_required"):
        called_back(site, new_agent(provider.issuer), prompt="none")


def test_its_django_integration_signs_in_and_refreshes(provider, site, new_agent):
    with django_site.at(provider.issuer):
        said = called_back(site, new_agent(provider.issuer))
    assert said["token"]["userinfo"]["sub"] == said["userinfo"]["sub"] == SUB
    assert said["userinfo"].items() >= CLAIMS.items()
    (refreshed,) = said["refreshed"]
    assert refreshed["access_token"] != said["token"]["access_token"]
    assert refreshed["refresh_token"] != said["token"]["refresh_token"]
    assert said["again"] == said["userinfo"]


def test_its_django_integration_signs_in_through_a_proxy_that_alters_nothing(in_between, site, new_agent):
    with django_site.at(in_between.url), in_between.altering(untouched):
        assert called_back(site, new_agent(in_between.url))["userinfo"]["sub"] == SUB


@pytest.mark.parametrize(
    "tampering", [another_subject, another_issuer, another_audience, another_nonce, expired, signed_by_another, unsigned]
)
def test_its_django_integration_rejects_an_altered_id_token(in_between, site, new_agent, tampering):
    with django_site.at(in_between.url), in_between.altering(tampering), pytest.raises(JoseError):
        called_back(site, new_agent(in_between.url))

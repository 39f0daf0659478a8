"""python-social-auth, whose OpenID Connect backend signs people in to Django sites, signs them in here."""

from urllib.parse import parse_qs, urlsplit

import django_site
import pytest
from django.test import Client, override_settings
from registrations import CLAIMS, SUB
from social_core.exceptions import AuthCanceled, AuthException
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

BACKENDS = ["social_core.backends.open_id_connect.OpenIdConnectAuth"]  # any other one would try its luck with the code


@pytest.fixture
def site():
    """The site as a browser sees it."""
    django_site.set_up()
    with override_settings(AUTHENTICATION_BACKENDS=BACKENDS):
        yield Client(SERVER_NAME="localhost")


def sent_away(site):
    """Where the site sends a person who wants to sign in."""
    return site.post("/social/login/oidc/").headers["Location"]


def signed_in(site, agent):
    """The site's page for its members, when a person has signed in."""
    response = site.get(agent.visit(sent_away(site)))
    return site.get(response.headers["Location"]).json()


def test_it_signs_in_and_refreshes(provider, site, new_agent):
    with django_site.at(provider.issuer):
        member = signed_in(site, new_agent(provider.issuer))
    assert (member["sub"], member["name"], member["email"]) == (SUB, CLAIMS["name"], CLAIMS["email"])
    before, refreshed = member["before"], member["refreshed"]
    for token in ("access_token", "refresh_token", "id_token"):
        assert before[token]
        assert refreshed[token] != before[token], token


def test_it_proves_itself_with_pkce_and_a_nonce(provider, site):
    with django_site.at(provider.issuer):
        asked = parse_qs(urlsplit(sent_away(site)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email", "offline_access"}


def test_it_knows_a_person_again(provider, site, new_agent):
    agent = new_agent(provider.issuer)
    with django_site.at(provider.issuer):
        first = signed_in(site, agent)
        site.logout()
        agent.seen.clear()
        second = signed_in(site, agent)
    assert agent.seen == []
    assert second["sub"] == first["sub"]


def test_it_learns_that_the_person_would_have_to_be_asked(provider, site, new_agent):
    with django_site.at(provider.issuer):
        url = f"{sent_away(site)}&prompt=none"
        with pytest.raises(AuthException) as found:
            site.get(new_agent(provider.issuer).visit(url))
    assert found.value.provider_code == "login_required"


def test_it_learns_that_the_person_declined(provider, site):
    with django_site.at(provider.issuer):
        state = parse_qs(urlsplit(sent_away(site)).query)["state"][0]
        with pytest.raises(AuthCanceled):
            site.get("/social/complete/oidc/", {"error": "access_denied", "state": state})


def test_it_signs_in_through_a_proxy_that_alters_nothing(in_between, site, new_agent):
    with django_site.at(in_between.url), in_between.altering(untouched):
        assert signed_in(site, new_agent(in_between.url))["sub"] == SUB


@pytest.mark.parametrize(
    "tampering", [another_subject, another_issuer, another_audience, another_nonce, expired, signed_by_another, unsigned]
)
def test_it_rejects_an_altered_id_token(in_between, site, new_agent, tampering):
    with django_site.at(in_between.url), in_between.altering(tampering), pytest.raises(AuthException):
        signed_in(site, new_agent(in_between.url))
    assert "_auth_user_id" not in site.session

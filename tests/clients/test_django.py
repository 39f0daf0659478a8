"""mozilla-django-oidc, which signs people in to Django sites, signs them in here."""

from urllib.parse import parse_qs, urlsplit

import django_site
import pytest
from django.test import Client
from registrations import CLAIMS
from tampering import another_nonce, another_subject, expired, signed_by_another, unsigned, untouched

pytestmark = pytest.mark.xdist_group("clients")


@pytest.fixture
def site():
    """The site as a browser sees it."""
    django_site.set_up()
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def signed_in(site, agent, path="/private/"):
    """The site's answer when a person asks for ``path`` and goes wherever they are sent."""
    response = site.get(path)
    while response.status_code == 302:
        url = response.headers["Location"]
        response = site.get(agent.visit(url) if url.startswith("http") else url)
    return response


def let_the_id_token_end(site):
    """What the middleware that renews sessions looks at."""
    session = site.session
    session["oidc_id_token_expiration"] = 0
    session.save()


def test_it_signs_in(provider, site, new_agent):
    with django_site.at(provider.issuer):
        response = signed_in(site, new_agent(provider.issuer))
    assert response.status_code == 200
    assert response.json()["email"] == CLAIMS["email"]


def test_it_renews_a_session_without_asking_the_person(provider, site, new_agent):
    agent = new_agent(provider.issuer)
    with django_site.at(provider.issuer):
        first = signed_in(site, agent).json()
        let_the_id_token_end(site)
        sent_to = site.get("/private/").headers["Location"]
        assert parse_qs(urlsplit(sent_to).query)["prompt"] == ["none"]
        agent.seen.clear()
        second = signed_in(site, agent).json()
    assert agent.seen == []
    assert second["email"] == first["email"]
    assert second["id_token"] != first["id_token"]


def test_it_ends_a_session_when_the_person_is_signed_in_here_no_longer(provider, site, new_agent):
    agent = new_agent(provider.issuer)
    with django_site.at(provider.issuer):
        signed_in(site, agent)
        let_the_id_token_end(site)
        agent.session.cookies.clear()
        assert signed_in(site, agent).status_code == 403
        assert "/oidc/authenticate/" in site.get("/private/").headers["Location"]


def test_it_signs_in_through_a_proxy_that_alters_nothing(in_between, site, new_agent):
    with django_site.at(in_between.url), in_between.altering(untouched):
        assert signed_in(site, new_agent(in_between.url)).status_code == 200


@pytest.mark.parametrize("tampering", [another_subject, another_nonce, expired, signed_by_another, unsigned])
def test_it_rejects_an_altered_id_token(in_between, site, new_agent, tampering):
    with django_site.at(in_between.url), in_between.altering(tampering):
        assert signed_in(site, new_agent(in_between.url)).status_code == 400
        assert "/oidc/authenticate/" in site.get("/private/").headers["Location"]

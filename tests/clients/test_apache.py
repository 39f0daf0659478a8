"""Apache with mod_auth_openidc guards an application: people sign in here, and out."""

from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from apache import guarding
from registrations import CLAIMS, SUB
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

TIMEOUT = 30  # seconds


class Visitor:
    """A person who wants to see what is behind Apache, by a browser that the provider's pages show in, too."""

    def __init__(self, gate, agent):
        self.gate, self.agent = gate, agent
        self.session = requests.Session()

    def get(self, path, **query):
        return self.session.get(f"{self.gate}{path}", params=query, allow_redirects=False, timeout=TIMEOUT)

    def sees(self, path):
        """The answer, after all redirects."""
        response = self.get(path)
        while response.is_redirect:
            url = response.headers["Location"]
            if not url.startswith(self.gate):
                url = self.agent.visit(url)
            response = self.session.get(url, allow_redirects=False, timeout=TIMEOUT)
        return response

    def info(self, **query):
        """What Apache keeps of the sign-in."""
        response = self.get("/private/callback", info="json", **query)
        assert response.ok, response.text
        return response.json()


@pytest.fixture
def visit(tmp_path, gate, new_agent):
    """A person before an Apache whose provider has the issuer."""

    @contextmanager
    def arrive(issuer):
        with guarding(tmp_path, gate, issuer):
            yield Visitor(gate, new_agent(issuer))

    return arrive


def test_it_lets_people_in_who_sign_in_and_tells_the_application_who_they_are(provider, visit):
    with visit(provider.issuer) as visitor:
        asked = parse_qs(urlsplit(visitor.get("/private/page").headers["Location"]).query)
        headers = visitor.sees("/private/page").json()
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert headers["oidc_claim_sub"] == SUB
    assert headers["oidc_claim_iss"] == provider.issuer
    assert headers["oidc_claim_aud"] == "apache"
    assert (headers["oidc_claim_name"], headers["oidc_claim_email"]) == (CLAIMS["name"], CLAIMS["email"])


def test_it_refreshes(provider, visit):
    with visit(provider.issuer) as visitor:
        visitor.sees("/private/page")
        before = visitor.info()
        refreshed = visitor.info(access_token_refresh_interval=0)
    assert before["userinfo"]["sub"] == SUB
    for token in ("access_token", "refresh_token"):
        assert refreshed[token] != before[token], token


def test_it_lets_nobody_in_who_is_not_signed_in(provider, visit):
    with visit(provider.issuer) as visitor:
        sent_away = visitor.get("/private/page").headers["Location"]
        came_back = visitor.agent.visit(f"{sent_away}&prompt=none")
        assert "error=login_required" in came_back
        assert "oidc_claim_sub" not in visitor.session.get(came_back, timeout=TIMEOUT).text
        assert visitor.get("/private/page").is_redirect


def test_it_signs_people_out_here_too(provider, visit):
    with visit(provider.issuer) as visitor:
        visitor.sees("/private/page")
        sent_away = visitor.get("/private/callback", logout=f"{visitor.gate}/goodbye").headers["Location"]
        asked = parse_qs(urlsplit(sent_away).query)
        assert sent_away.startswith(f"{provider.issuer}/end-session?")
        assert set(asked) >= {"id_token_hint", "post_logout_redirect_uri"}
        visitor.agent.seen.clear()
        assert visitor.agent.visit(sent_away) == f"{visitor.gate}/goodbye"
        assert visitor.agent.seen == []
        assert visitor.sees("/private/page").json()["oidc_claim_sub"] == SUB
        assert visitor.agent.seen == ["/login"]


def test_it_lets_people_in_through_a_proxy_that_alters_nothing(in_between, visit):
    with in_between.altering(untouched), visit(in_between.url) as visitor:
        assert visitor.sees("/private/page").json()["oidc_claim_sub"] == SUB


@pytest.mark.parametrize(
    "tampering", [another_subject, another_issuer, another_audience, another_nonce, expired, signed_by_another, unsigned]
)
def test_it_rejects_an_altered_id_token(in_between, visit, tampering):
    with in_between.altering(tampering), visit(in_between.url) as visitor:
        response = visitor.sees("/private/page")
        assert "oidc_claim_sub" not in response.text
        assert visitor.get("/private/page").is_redirect

"""openid-client, the client library of Node.js, signs in here."""

import json
import subprocess

import pytest
from registrations import AWKWARD_SECRET, CLAIMS, REDIRECT_URI, SECRET, SUB
from served import executable
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

TIMEOUT = 60  # seconds
SCOPE = "openid profile email offline_access"
BASIC = {"client_id": "basic", "method": "client_secret_basic", "client_secret": AWKWARD_SECRET, "alg": "RS256"}
POST = {"client_id": "post", "method": "client_secret_post", "client_secret": AWKWARD_SECRET, "alg": "RS256"}
PUBLIC = {"client_id": "public", "method": "none", "alg": "RS256"}
ES256 = {"client_id": "es256", "method": "client_secret_basic", "client_secret": SECRET, "alg": "ES256"}


@pytest.fixture
def sign_in(javascript, new_agent):
    """What openid-client has to say about a sign-in."""

    def run(issuer, client, **task):
        task = {"issuer": issuer, "redirect_uri": REDIRECT_URI, "scope": SCOPE, "verify_signature": True, **client, **task}
        command = [executable("node"), "code_flow.mjs", json.dumps(task)]
        with subprocess.Popen(command, cwd=javascript, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
            try:
                first = json.loads(node.stdout.readline())
                if "error" in first:
                    return first
                came_back = new_agent(issuer).visit(first["authorization_url"])
                said, _ = node.communicate(came_back + "\n", timeout=TIMEOUT)
            finally:
                node.kill()
        return json.loads(said)

    return run


@pytest.mark.parametrize("client", [BASIC, POST, PUBLIC, ES256], ids=lambda client: client["client_id"])
def test_it_signs_in_and_refreshes(provider, sign_in, client):
    said = sign_in(provider.issuer, client)
    assert "error" not in said, said
    assert said["metadata"]["issuer"] == provider.issuer
    assert said["supports_pkce"] is True
    assert said["claims"]["sub"] == said["userinfo"]["sub"] == SUB
    assert said["claims"]["aud"] == client["client_id"]
    assert said["userinfo"].items() >= CLAIMS.items()
    assert set(said["tokens"]["scope"].split()) == set(SCOPE.split())
    refreshed = said["refreshed"]
    assert refreshed["claims"]["sub"] == SUB
    assert refreshed["claims"]["auth_time"] == said["claims"]["auth_time"]
    assert refreshed["userinfo"] == said["userinfo"]
    assert refreshed["tokens"]["refresh_token"] != said["tokens"]["refresh_token"]


def test_it_finds_the_sign_in_as_fresh_as_it_asked(provider, sign_in):
    said = sign_in(provider.issuer, BASIC, max_age=60, parameters={"max_age": "60"})
    assert "error" not in said, said
    assert said["claims"]["auth_time"]


def test_it_learns_that_the_person_would_have_to_be_asked(provider, sign_in):
    said = sign_in(provider.issuer, BASIC, parameters={"prompt": "none"})
    assert said["error"]["error"] == "login_required"


def test_it_is_told_that_its_secret_is_wrong(provider, sign_in):
    said = sign_in(provider.issuer, BASIC, client_secret="another")
    assert said["error"]["code"] == "OAUTH_WWW_AUTHENTICATE_CHALLENGE"
    assert said["error"]["status"] == 401


def test_it_signs_in_through_a_proxy_that_alters_nothing(in_between, sign_in):
    with in_between.altering(untouched):
        assert "error" not in sign_in(in_between.url, BASIC)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (another_subject, "JWT signature verification failed"),
        (signed_by_another, "JWT signature verification failed"),
        (unsigned, 'unexpected JWT "alg" header parameter'),
    ],
)
def test_it_rejects_an_id_token_with_a_wrong_signature(in_between, sign_in, tampering, fault):
    with in_between.altering(tampering):
        assert sign_in(in_between.url, BASIC)["error"]["cause"] == fault


@pytest.mark.parametrize(
    ("tampering", "claim"), [(another_issuer, '"iss"'), (another_audience, '"aud"'), (another_nonce, '"nonce"'), (expired, '"exp"')]
)
def test_it_rejects_an_id_token_with_wrong_claims(in_between, sign_in, tampering, claim):
    with in_between.altering(tampering):
        assert claim in sign_in(in_between.url, BASIC, verify_signature=False)["error"]["cause"]

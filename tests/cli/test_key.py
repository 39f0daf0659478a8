"""oidc-op key, and purge."""

import pytest
import requests


def states(op):
    return sorted((each["alg"], each["state"]) for each in op.json("key list"))


def test_init_made_a_key_of_each_algorithm(op):
    assert states(op) == [("ES256", "signing"), ("RS256", "signing")]


def test_a_rotated_key_is_published_before_it_signs(op, provider):
    made = op.json("key rotate", "--alg", "RS256")
    assert [(each["alg"], each["state"]) for each in made] == [("RS256", "published")]
    assert made[0]["active_at"] > made[0]["created_at"]
    if provider.process:
        published = requests.get(f"{provider.issuer}/jwks", timeout=5).json()["keys"]
        assert {each["kid"] for each in published} == {each["kid"] for each in op.json("key list")}


def test_rotated_at_once_the_old_key_stays_published(op):
    op("key rotate", "--alg", "RS256", "--now")
    assert states(op) == [("ES256", "signing"), ("RS256", "retired"), ("RS256", "signing")]
    assert "published until" in op("key list")


def test_every_algorithm_is_rotated(op):
    assert [each["alg"] for each in op.json("key rotate", "--now")] in (["ES256", "RS256"], ["RS256", "ES256"])


def test_a_key_is_made_and_retired(op):
    kid = op.json("key create", "--alg", "ES256")["kid"]
    assert op.json("key retire", kid)["state"] == "retired"
    assert op.refused("key retire", "nothing") == "oidc-op: there is no key nothing; oidc-op key list shows those there are\n"


def test_retiring_the_last_key_warns(op):
    kid = next(each["kid"] for each in op.json("key list") if each["alg"] == "ES256")
    op("key retire", kid)
    assert "nothing signs with ES256 any more" in op.err


def test_purge_says_what_it_dropped(op):
    assert op.json("purge") == dict.fromkeys(["grants", "sessions", "tickets", "consents", "keys"], 0)
    assert op("purge").splitlines()[0].strip() == "dropped"


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_an_algorithm_that_there_is_not(op, alg):
    op("key create", "--alg", alg)
    assert op.status == 2
    assert "invalid choice" in op.err

"""Lost races: a request is run again, and told to come again where that does not help."""

import pytest
from rp import RelyingParty

from oidc_op.process import retry_backoff

SETTINGS = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.conflicting"}


@pytest.fixture(params=["root", "included", "extended"])
def rp(request, open_mount):
    with open_mount(request.param, **SETTINGS) as mount:
        yield RelyingParty(mount)


@pytest.mark.parametrize("times", [1, 9])
def test_a_lost_race_is_run_again_and_nobody_notices(rp, times):
    rp.authorize()
    rp.mount.notes.add("conflicts", times)
    code = rp.authorize().code
    assert rp.mount.notes.last("conflicts", None) == 0
    rp.mount.notes.add("conflicts", times)
    assert rp.userinfo(rp.redeem(code)["access_token"])["sub"]


def test_each_attempt_waits_a_random_moment_that_grows_up_to_a_bound(open_mount, monkeypatch):
    waited = []
    monkeypatch.setattr(retry_backoff.time, "sleep", waited.append)
    monkeypatch.setattr(retry_backoff._random, "uniform", lambda least, most: most)
    with open_mount("root", **SETTINGS) as mount:
        rp = RelyingParty(mount)
        rp.authorize()
        mount.notes.add("conflicts", 9)
        assert rp.authorize().code
    assert waited == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.4, 0.4, 0.4]


def test_a_client_is_told_when_to_come_again_and_nothing_was_used_up(rp):
    code = rp.authorize().code
    before = rp.mount.content()
    rp.mount.notes.add("conflicts", 99)
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
    reply = rp.post("token", fields, status=503)
    assert reply.json == {"error": "temporarily_unavailable", "error_description": "the provider is busy"}
    assert (reply.header("Retry-After"), reply.header("Cache-Control")) == ("2", "no-store")
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert rp.mount.content() == before
    rp.mount.notes.add("conflicts", 0)
    assert rp.redeem(code)["access_token"]


def test_a_person_sees_a_page_that_says_so(rp):
    rp.authorize()
    rp.mount.notes.add("conflicts", 99)
    reply = rp.authorize().reply
    assert (reply.status, reply.header("Retry-After")) == (503, "2")
    assert "temporarily_unavailable" in reply.text
    assert "somebody else" not in reply.text

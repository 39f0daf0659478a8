"""Two requests racing for one code or one refresh token: one wins (design: single use needs no lock)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from mounts import CLOCK, SEALING, InProcess, environment
from pkgs.clock import Clock
from rp import RelyingParty

import oidc_op
from oidc_op.store import close
from oidc_op.store.zodb import initialise_uri_settings

RACERS = 8


@contextmanager
def on_files(folder, put_keys, **given):
    """``main()`` on real FileStorage."""
    clock = Clock(folder / "clock")
    pool = "?connection_pool_size=16"
    settings = CLOCK | {
        "oidc.issuer": "https://id.example.com",
        "oidc.clock_file": str(clock.path),
        "zodbconn.uri": f"file://{folder}/data.fs{pool}",
        "zodbconn.uri.grants": f"file://{folder}/grants.fs{pool}",
    }
    settings |= given
    initialise_uri_settings(settings)
    with environment():
        app = oidc_op.main({}, **settings)
    put_keys(app.registry)
    yield InProcess(app, settings["oidc.issuer"], clock)
    close(app.registry)


@contextmanager
def in_dictionaries(folder, put_keys, **given):
    """``main()`` on the plain-dict store."""
    clock = Clock(folder / "clock")
    settings = CLOCK | {"oidc.issuer": "https://id.example.com", "oidc.clock_file": str(clock.path), "oidc.store": "memory"} | given
    with environment():
        app = oidc_op.main({}, **settings)
    put_keys(app.registry)
    yield InProcess(app, settings["oidc.issuer"], clock)


@pytest.fixture(params=[CLOCK, SEALING], ids=["stored", "sealed"])
def codes(request):
    """Settings for codes of either kind."""
    return request.param


@pytest.fixture(params=[on_files, in_dictionaries])
def rp(request, tmp_path, put_keys, codes):
    with request.param(tmp_path, put_keys, **codes) as mount:
        yield RelyingParty(mount)


def race(ask):
    """What ``RACERS`` threads get that ask at the same moment."""
    line = threading.Barrier(RACERS)

    def run(_):
        line.wait()
        return ask()

    with ThreadPoolExecutor(RACERS) as threads:
        return list(threads.map(run, range(RACERS)))


def test_one_code_is_redeemed_once(rp):
    for _ in range(15):
        code = rp.authorize().code
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
        replies = race(lambda fields=fields: rp.post("token", fields, status=None))
        won = [reply for reply in replies if reply.status == 200]
        assert len(won) == 1, [reply.status for reply in replies]
        assert {reply.status for reply in replies} <= {200, 400, 503}
        replayed = any(reply.status == 400 for reply in replies)  # a 503 gave up before it saw that the code was used
        rp.userinfo(won[0].json["access_token"], status=401 if replayed else 200)  # a replay revokes what the code gave


def test_one_refresh_token_has_one_successor(rp):
    token = rp.tokens()["refresh_token"]
    for _ in range(15):
        fields = {"grant_type": "refresh_token", "refresh_token": token}
        replies = race(lambda fields=fields: rp.post("token", fields, status=None))
        answers = {reply.body for reply in replies if reply.status == 200}
        assert len(answers) == 1
        assert {reply.status for reply in replies} <= {200, 503}
        token = next(reply for reply in replies if reply.status == 200).json["refresh_token"]
    assert rp.refresh(token)["access_token"]


def test_a_token_given_back_while_it_is_refreshed_stays_dead(rp):
    """Whichever comes first: what was given back has no successor that lives."""
    for _ in range(15):
        tokens = rp.tokens()
        asked = iter([("revoke", {"token": tokens["refresh_token"]})] * 2)
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        replies = race(lambda asked=asked, refresh=refresh: rp.post(*next(asked, ("token", refresh)), status=None))
        assert {reply.status for reply in replies} <= {200, 400, 503}
        while rp.post("revoke", {"token": tokens["refresh_token"]}, status=None).status == 503:
            pass
        given = [reply.json for reply in replies if reply.status == 200 and reply.json]
        for each in [tokens, *given]:
            rp.userinfo(each["access_token"], status=401)
            rp.refresh(each["refresh_token"], status=400)


def test_an_access_token_given_back_while_others_are_made_stays_dead(rp):
    for _ in range(15):
        tokens = rp.tokens()
        asked = iter([("revoke", {"token": tokens["access_token"]})])
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        replies = race(lambda asked=asked, refresh=refresh: rp.post(*next(asked, ("token", refresh)), status=None))
        if 503 not in {reply.status for reply in replies if not reply.json.get("access_token")}:
            rp.userinfo(tokens["access_token"], status=401)
        (given,) = {reply.json["access_token"] for reply in replies if reply.status == 200 and reply.json}
        rp.userinfo(given)

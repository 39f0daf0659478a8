"""Sealed codes: what is written and when, how long they are, and what a master secret that changes means for them."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import median

import pytest
from flows.test_another_secret import NEW
from mounts import CLOCK, SEALED, SEALING, SECRET, served
from rp import RelyingParty
from test_races import RACERS, in_dictionaries, on_files, race
from ZODB.FileStorage import FileIterator

from oidc_op.extensions.sealed_code import LIMIT
from oidc_op.interfaces import IMasterSecret, IStoreFactory
from oidc_op.secret import MasterSecret

KINDS = ("code", "code id_token")
HANDLE = 44  # characters of a code that is stored
WIDE = {"response_types": [*KINDS, "code token", "code id_token token"]}


@pytest.fixture
def mount(open_mount):
    with open_mount(SEALED) as made:
        yield made


@pytest.mark.parametrize("response_type", KINDS)
def test_nothing_is_written_at_authorization(make_rp, response_type):
    rp = make_rp(WIDE)
    rp.authorize(response_type=response_type)
    with rp.mount.unchanged():
        code = rp.authorize(response_type=response_type).code
    before = rp.mount.content()["grants"]
    rp.redeem(code)
    (key,) = set(rp.mount.content()["grants"]) - set(before)
    assert rp.mount.content()["grants"][key].code.used_at


@pytest.mark.parametrize("response_type", ["code token", "code id_token token"])
def test_where_an_access_token_is_out_already_its_grant_is_stored_and_the_code_with_it(make_rp, response_type):
    rp = make_rp(WIDE)
    answer = rp.authorize(response_type=response_type)
    assert len(answer.code) == HANDLE
    assert len(rp.mount.content()["grants"]) == 1
    rp.userinfo(answer.params["access_token"])
    rp.redeem(answer.code)
    assert len(rp.mount.content()["grants"]) == 1


def test_the_grant_is_the_one_that_would_have_been_stored(open_mount):
    """All that was asked and found out is in it, also what is no plain text."""
    changes = {"scope": "openid email offline_access", "prompt": "consent", "nonce": 'ä "[1]" \\u0041'}
    found = []
    for name in ("root", SEALED):
        with open_mount(name) as mount:
            rp = RelyingParty(mount)
            claims = rp.claims(rp.redeem(rp.authorize(**changes).code)["id_token"])
            (grant,) = mount.content()["grants"].values()
            assert (claims["nonce"], grant.client_id, grant.sid) == (changes["nonce"], rp.client_id, claims["sid"])
            found.append({each: getattr(grant, each) for each in ("scopes", "offline", "amr", "acr", "nonce", "redirect_uri")})
            assert (type(grant.scopes), type(grant.amr), type(grant.code_challenge)) == (tuple,) * 3
    assert found[0] == found[1]


def appended(folder, settings, put_keys, flows=21):
    """Transactions and bytes of one flow, of somebody who is known: the median, since one in 64 makes the next slice too."""

    def written():
        found = [FileIterator(str(path)) for path in folder.glob("*.fs")]
        count = sum(len(list(each)) for each in found)
        for each in found:
            each.close()
        return count, sum(path.stat().st_size for path in folder.glob("*.fs"))

    folder.mkdir()
    with on_files(folder, put_keys, **settings) as mount:
        rp = RelyingParty(mount, {"grant_types": ["authorization_code"]})
        rp.tokens()
        seen = [written()]
        for _ in range(flows):
            rp.tokens()
            seen.append(written())
    commits, sizes = zip(*((then[0] - now[0], then[1] - now[1]) for now, then in pairwise(seen)), strict=True)
    return median(commits), median(sizes)


def test_a_flow_is_one_commit_and_appends_less(tmp_path, put_keys):
    stored, sealed = (appended(tmp_path / name, given, put_keys) for name, given in (("stored", CLOCK), ("sealed", SEALING)))
    assert (stored[0], sealed[0]) == (2, 1)
    assert sealed[1] < stored[1] - 300  # bytes; about 400 were seen


@pytest.mark.parametrize(
    ("changes", "most"),
    [({}, 600), ({"nonce": "n" * 43, "state": "s" * 43}, 660), ({"nonce": "n" * 1024}, LIMIT), ({"nonce": "n" * 1400}, HANDLE)],
)
def test_a_code_is_as_long_as_what_was_asked_until_it_is_stored_instead(rp, changes, most):
    code = rp.authorize(**changes).code
    assert len(code) <= most
    assert (len(code) == HANDLE) == (most == HANDLE)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", code)
    assert rp.claims(rp.redeem(code)["id_token"])["nonce"] == changes.get("nonce", "the nonce")
    assert rp.redeem(code, status=400)["error_description"] == "the code was used already"


def test_a_long_redirect_uri_is_sealed_or_stored(make_rp):
    uris = [f"https://rp.example/cb?{'x' * length}" for length in (500, 1500)]
    lengths = []
    for uri in uris:
        rp = make_rp({"redirect_uris": [uri]})
        code = rp.authorize().code
        lengths.append(len(code))
        rp.redeem(code)
    assert HANDLE < lengths[0] <= LIMIT
    assert lengths[1] == HANDLE


def test_codes_that_were_stored_before_the_feature_was_switched_on_are_redeemed(rp, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("oidc_op.extensions.sealed_code.LIMIT", 0)
        code = rp.authorize().code
    assert len(code) == HANDLE
    rp.redeem(code)


def test_another_master_secret_reads_them_until_the_older_line_goes(make_rp):
    rp = make_rp({"token_endpoint_auth_method": "none"})  # whose own secret would be unknown, too

    def change(*lines):
        rp.mount.registry.registerUtility(MasterSecret(lines), IMasterSecret)

    first, second, third = (rp.authorize().code for _ in range(3))
    change(NEW, SECRET)
    rp.redeem(first)
    newer = rp.authorize().code
    change(SECRET)
    rp.redeem(second)
    assert rp.redeem(newer, status=400)["error_description"] == "the code is unknown here"
    change(NEW)
    assert rp.redeem(third, status=400)["error_description"] == "the code is unknown here"
    rp.redeem(newer)


def test_one_code_is_redeemed_once_by_those_who_ask_a_server_at_once(tmp_path):
    with served(tmp_path, **SEALING) as mount:
        rp = RelyingParty(mount)
        for _ in range(5):
            code = rp.authorize().code
            fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri, "code_verifier": rp.verifier}
            replies = race(lambda fields=fields: rp.post("token", fields, status=None))
            assert sorted({reply.status for reply in replies}) in ([200, 400], [200, 400, 503])
            (won,) = [reply.json for reply in replies if reply.status == 200]
            assert {reply.json["error"] for reply in replies if reply.status == 400} == {"invalid_grant"}
            rp.userinfo(won["access_token"], status=401)
            assert rp.refresh(won["refresh_token"], status=400)["error"] == "invalid_grant"


def test_codes_of_many_people_are_redeemed_at_once_and_do_not_meet(tmp_path, put_keys):
    with on_files(tmp_path, put_keys, **SEALING) as mount:
        parties = [RelyingParty(mount) for _ in range(RACERS)]
        with ThreadPoolExecutor(RACERS) as threads:
            given = list(threads.map(lambda rp: [rp.tokens() for _ in range(5)], parties))
        for rp, tokens in zip(parties, given, strict=True):
            for each in tokens:
                rp.userinfo(each["access_token"])


def test_a_store_that_sees_at_once_who_was_first_makes_a_replay_of_it(tmp_path, put_keys):
    """Between what a request read and what it writes, another one has redeemed the code."""
    with in_dictionaries(tmp_path, put_keys, **SEALING) as mount:
        rp = RelyingParty(mount)
        code = rp.authorize().code
        tokens = rp.redeem(code)
        opened, late = mount.registry.getUtility(IStoreFactory), iter(["late"])

        def open_store(request):
            store = opened(request)
            if request.path == "/token" and next(late, None):
                add = store.grants.add
                found, store.grants.get = store.grants.get, lambda key: None

                def added(record):
                    store.grants.get = found
                    add(record)

                store.grants.add = added
            return store

        mount.registry.registerUtility(open_store, IStoreFactory)
        assert rp.redeem(code, status=400)["error_description"] == "the code was used already"
        assert next(late, None) is None
        rp.userinfo(tokens["access_token"], status=401)

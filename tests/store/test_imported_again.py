"""An older export, put into the store that it was made of: what ended there since then stays ended."""

import pytest
from mounts import root
from moves import exported, held, imported
from rp import RelyingParty

from oidc_op.transfer.importer import NotImported

OFFLINE = {"scope": "openid email offline_access", "prompt": "consent"}


@pytest.fixture
def mount(tmp_path, put_keys):
    with root(tmp_path, put_keys, **{"oidc.store": "memory"}) as mount:
        yield mount


def refreshed(rp, tokens):
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return rp.post("token", form, status=None).status


def history(mount, kind, name):
    return [change["verb"] for change in mount.command("history", kind, name)]


@pytest.mark.parametrize("kind", ["client", "account"])
def test_what_was_removed_comes_back_only_if_told_and_then_as_something_new(mount, kind):
    rp = RelyingParty(mount)
    tokens, code = rp.tokens(**OFFLINE), rp.authorize().code
    before = exported(mount.registry)
    name = rp.client_id if kind == "client" else rp.username
    key = name if kind == "client" else next(iter(held(mount.registry, "accounts")["accounts"]))
    mount.clock.move(5)
    mount.command(f"{kind} remove", name)
    for only in ([], [f"{kind}s"]):
        with pytest.raises(NotImported, match=f"{kind}s: {key} was removed here since; --replace brings it back"):
            imported(mount.registry, before, *only)
    assert not held(mount.registry, f"{kind}s")[f"{kind}s"]
    imported(mount.registry, before, may_replace=True)
    assert sorted(history(mount, kind, name)) == ["added", "added", "removed"]
    mount.clock.move(5)
    assert refreshed(rp, tokens) == 400
    rp.redeem(code, status=400)


def test_what_may_have_ended_in_a_store_that_lived_on_is_left_out_and_told(mount):
    rp = RelyingParty(mount)
    rp.tokens(scope="openid")
    before = exported(mount.registry)
    tokens = rp.tokens(scope="openid")
    mount.command("client secret", rp.client_id)
    rp.end_session(id_token_hint=tokens["id_token"])
    assert not held(mount.registry, "sessions")["sessions"]
    assert imported(mount.registry, before, "sessions").left_out == {"sessions": 1}
    assert not held(mount.registry, "sessions")["sessions"]
    work = imported(mount.registry, before, "sessions", may_replace=True)
    assert (work.written, work.left_out) == ({"sessions": 1}, {})


def test_a_grant_that_was_revoked_and_a_token_that_was_renewed_stay_so(mount):
    revoked, rotated, used = (RelyingParty(mount) for _ in range(3))
    first, second = revoked.tokens(**OFFLINE), rotated.tokens(**OFFLINE)
    code = used.authorize().code
    before = exported(mount.registry)
    mount.clock.move(5)
    revoked.post("revoke", {"token": first["refresh_token"]})
    third = rotated.refresh(second["refresh_token"])
    used.redeem(code)
    grants = held(mount.registry, "grants")
    imported(mount.registry, before, may_replace=True)
    assert held(mount.registry, "grants") == grants
    assert refreshed(revoked, first) == 400
    assert refreshed(rotated, third) == 200
    used.redeem(code, status=400)


def test_an_access_token_that_was_revoked_stays_so(mount):
    rp = RelyingParty(mount)
    tokens = rp.tokens(**OFFLINE)
    before = exported(mount.registry)
    mount.clock.move(5)
    rp.post("revoke", {"token": tokens["access_token"]})
    imported(mount.registry, before, may_replace=True)
    bearer = [("Authorization", f"Bearer {tokens['access_token']}")]
    assert mount.send("GET", f"{mount.issuer}/userinfo", bearer).status == 401
    assert not imported(mount.registry, before, may_replace=True).written


def test_a_key_that_was_retired_stays_so_and_one_that_is_gone_does_not_come_back(mount):
    RelyingParty(mount)
    kid = next(key.kid for key in held(mount.registry, "keys")["keys"].values() if key.alg == "RS256")
    before = exported(mount.registry)
    mount.clock.move(5)
    mount.command("key rotate", "--now")
    keys = held(mount.registry, "keys")
    imported(mount.registry, before, may_replace=True)
    assert held(mount.registry, "keys") == keys
    mount.clock.move(86400 * 60)
    mount.command("purge")
    with pytest.raises(NotImported, match=f"keys: {kid} ended and was removed here since"):
        imported(mount.registry, before, "keys")
    imported(mount.registry, before, "keys", may_replace=True)
    assert kid not in held(mount.registry, "keys")["keys"]


def test_tokens_that_a_new_password_ended_stay_dead(mount):
    rp = RelyingParty(mount)
    tokens = rp.tokens(**OFFLINE)
    before = exported(mount.registry)
    mount.clock.move(5)
    mount.apply({"accounts": [{"username": rp.username, "password": "another horse and battery"}]})
    assert refreshed(rp, tokens) == 400
    imported(mount.registry, before, may_replace=True)
    assert refreshed(rp, tokens) == 400

"""Another master secret: a new line above the old one, which is dropped once nothing needs it any more."""

import pytest
from flows.test_hs256 import claims_of
from mounts import SECRET, in_process, root
from pyramid.exceptions import ConfigurationError
from pyramid.scripting import prepare
from rp import RelyingParty

from oidc_op.secret import MasterSecret
from oidc_op.store.zodb import initialise_uri_settings

NEW = "another master secret, which is long enough too"


@pytest.fixture
def with_secret(tmp_path, put_keys, monkeypatch):
    """Starts the provider on one store, with the lines that are given."""
    folder, mounts = tmp_path / "var", []
    uri = f"file://{folder}/data.fs"
    initialise_uri_settings({"zodbconn.uri": uri})

    def start(*lines):
        for each in mounts:
            each.__exit__(None, None, None)
        mounts.clear()
        monkeypatch.setattr("mounts.SECRET", "\n".join(lines))
        keys = put_keys if not any(folder.glob("started")) else lambda _registry: None
        (folder / "started").touch()
        made = root(tmp_path, keys, **{"zodbconn.uri": uri, "zodbconn.uri.grants": f"file://{folder}/grants.fs"})
        mount = made.__enter__()
        mounts.append(made)
        return mount

    initialise_uri_settings({"zodbconn.uri": uri, "zodbconn.uri.grants": f"file://{folder}/grants.fs"})
    yield start
    for each in mounts:
        each.__exit__(None, None, None)


def test_the_older_line_can_go_once_all_is_renewed(with_secret):
    rp = RelyingParty(with_secret(SECRET))
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    rp.mount = rp.browser.mount = with_secret(NEW, SECRET)
    tokens = rp.refresh(tokens["refresh_token"])  # the client's digest is made anew
    provider = in_process(rp.mount.registry, "init")
    assert provider["done"] == ["sealed 2 keys anew, with the newest line of the master secret"]
    assert in_process(rp.mount.registry, "init")["done"] == []
    rp.mount = rp.browser.mount = with_secret(NEW)
    assert rp.claims(rp.refresh(tokens["refresh_token"])["id_token"])["aud"] == rp.client_id
    assert rp.claims(rp.tokens()["id_token"])["aud"] == rp.client_id


def test_a_secret_that_signs_is_sealed_anew_although_its_client_never_shows_it(with_secret):
    rp = RelyingParty(with_secret(SECRET), {"response_types": ["id_token"], "id_token_signed_response_alg": "HS256"})
    rp.mount = rp.browser.mount = with_secret(NEW, SECRET)
    done = in_process(rp.mount.registry, "init")["done"]
    assert done[-1] == "sealed 1 client secrets anew, with the newest line of the master secret"
    assert in_process(rp.mount.registry, "init")["done"] == []
    rp.mount = rp.browser.mount = with_secret(NEW)
    token = rp.authorize(response_type="id_token").params["id_token"]
    assert claims_of(rp, token)["aud"] == rp.client_id
    assert rp.authorize(response_type="id_token", prompt="none", id_token_hint=token).params["id_token"]


def test_a_hint_whose_secret_cannot_be_read_any_more_is_none(with_secret):
    rp = RelyingParty(with_secret(SECRET), {"response_types": ["id_token"], "id_token_signed_response_alg": "HS256"})
    token = rp.authorize(response_type="id_token").params["id_token"]
    rp.mount = rp.browser.mount = with_secret(NEW, SECRET)
    _only_the_keys(rp.mount)
    rp.mount = rp.browser.mount = with_secret(NEW)
    assert rp.authorize(response_type="id_token", id_token_hint=token).error == "invalid_request"
    assert rp.end_session(id_token_hint=token).pages == ["end-session"]


def _only_the_keys(mount):
    """What ``oidc-op init`` does, but for clients."""
    env = prepare(registry=mount.registry)
    with env["request"].tm:
        env["request"].oidc_provider.keys.reseal()
    env["closer"]()


def test_a_secret_that_opens_no_key_stops_the_start(with_secret):
    with_secret(SECRET)
    with pytest.raises(ConfigurationError, match="not the one that the signing keys were sealed with") as stopped:
        with_secret(NEW)
    assert "oidc-op key rotate --now, with this server's ini file, makes other keys" in str(stopped.value)
    assert "X.ini" not in str(stopped.value)


def test_clients_for_whom_nothing_can_be_signed_are_named_at_the_start_and_by_init(with_secret, caplog):
    mount = with_secret(SECRET)
    unread = RelyingParty(mount, {"id_token_signed_response_alg": "HS256"})
    RelyingParty(mount)
    _only_the_keys(with_secret(NEW, SECRET))
    assert "HS256" not in caplog.text
    mount = with_secret(NEW)
    (warned,) = [each.getMessage() for each in caplog.records if "HS256" in each.getMessage()]
    assert f"were sealed with: {unread.client_id};" in warned
    assert in_process(mount.registry, "init")["warnings"] == [warned]
    secret = in_process(mount.registry, "client secret", unread.client_id, "--readable")
    assert secret["client_secret"]
    assert "warnings" not in in_process(mount.registry, "init")


def test_they_are_not_looked_for_among_very_many(with_secret, caplog, monkeypatch):
    RelyingParty(with_secret(SECRET), {"id_token_signed_response_alg": "HS256"})
    _only_the_keys(with_secret(NEW, SECRET))
    monkeypatch.setattr("oidc_op.protocol.client_secret.MOST", 0)
    with_secret(NEW)
    assert "HS256" not in caplog.text


def test_the_newest_line_is_told_from_the_others():
    old, both = MasterSecret(("old secret" * 4,)), MasterSecret(("new secret" * 4, "old secret" * 4))
    sealed = old.seal("test", b"value")
    assert (both.unseal("test", sealed), both.is_newest("test", sealed)) == (b"value", False)
    assert both.is_newest("test", both.seal("test", b"value"))

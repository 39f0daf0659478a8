"""Stores that older versions made: ``old`` holds them, as the version wrote them that first had them (45eb105)."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
import transaction
from inside import provider_of
from mounts import root
from moves import held, imported
from pyramid.exceptions import ConfigurationError
from rp import Browser, RelyingParty
from ZODB.DB import DB

from oidc_op.model.account import Account
from oidc_op.model.change import Change
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import AccessToken, Code, Grant, RefreshToken
from oidc_op.model.key import Key
from oidc_op.model.session import Session
from oidc_op.model.ticket import Ticket
from oidc_op.store import StoreNotReady, make_ready, upgrade

OLD = Path(__file__).with_name("old")
CLASSES = (Account, AccessToken, Change, Client, Code, Consent, Grant, Key, RefreshToken, Session, Ticket)
NAMES = {each.__name__: each for each in CLASSES}
FILES = {"one": ("data",), "two": ("data", "grants")}


class Old:
    """A store of then, and what a client and a browser kept of it."""

    def __init__(self, name, folder):
        self.folder = folder
        found = json.loads((OLD / f"{name}.json").read_text())
        self.kept, self.records = found["kept"], found["records"]
        for each in FILES[name]:
            (folder / f"{each}.fs").write_bytes(gzip.decompress((OLD / f"{name}-{each}.gz").read_bytes()))
        keys = {"data": "zodbconn.uri", "grants": "zodbconn.uri.grants"}
        self.settings = {keys[each]: f"file://{folder}/{each}.fs" for each in FILES[name]}

    @property
    def expected(self):
        """Its records, as they are written in Python."""
        return {kind: {key: eval(text, NAMES) for key, text in records.items()} for kind, records in self.records.items()}


@pytest.fixture(params=list(FILES))
def old(request, tmp_path):
    return Old(request.param, tmp_path)


@pytest.fixture
def served(old, tmp_path, monkeypatch):
    """Serves it now, at the moment when it was made."""
    import mounts
    from pkgs.clock import Clock

    monkeypatch.setattr(mounts, "MEMORY", {})
    monkeypatch.setattr(Clock, "stop", lambda self: self._set(old.kept["now"]))
    opened = []

    def serve():
        opened.append(root(tmp_path, lambda registry: None, **old.settings))
        return opened[-1].__enter__()

    yield serve
    for each in opened:
        each.__exit__(None, None, None)


def client_of(old, mount):
    """The client that began things then."""
    kept, rp = old.kept, RelyingParty.__new__(RelyingParty)
    rp.mount, rp.public, rp.redirect_uri = mount, False, "https://rp.example/cb"
    rp.client_id, rp.client_secret, rp.verifier = kept["client_id"], kept["client_secret"], kept["verifier"]
    rp.browser = Browser(mount, "ann")
    rp.browser.cookies = dict(kept["cookies"])
    return rp


def check(old, mount):
    """All that was begun then ends now."""
    rp = client_of(old, mount)
    assert rp.redeem(old.kept["code"])["scope"] == "openid email"
    assert rp.userinfo(old.kept["access_token"])["sub"] == "ann-1"
    assert rp.claims(rp.refresh(old.kept["refresh_token"])["id_token"])["sub"] == "ann-1"
    assert rp.authorize(scope="openid email", prompt="none").code
    rp.redeem(old.kept["code"], status=400)


def test_an_older_store_is_not_served_before_it_was_upgraded(old, served):
    with pytest.raises(ConfigurationError, match=r"older version of oidc_op \(schema 1, here 2\); do: oidc-op upgrade X.ini"):
        served()


def test_an_upgrade_tells_what_it_does_and_is_done_once(old):
    done = upgrade(old.settings)
    assert done[:2] == [
        "zodbconn.uri: from schema 1 to 2",
        "zodbconn.uri: changes of what is configured are kept, with who made them and why",
    ]
    assert done[2:] == (["zodbconn.uri.grants: from schema 1 to 2"] if "zodbconn.uri.grants" in old.settings else [])
    assert upgrade(old.settings) == []


@pytest.mark.parametrize("bring", [upgrade, make_ready], ids=["upgrade", "init"])
def test_what_an_older_version_wrote_loads_and_goes_on(old, served, bring):
    assert bring(old.settings)
    mount = served()
    assert {kind: records for kind, records in held(mount.registry).items() if kind in old.records} == old.expected
    check(old, mount)
    with provider_of(mount.registry) as provider:
        provider.store.clients.put(replace(provider.store.clients.get("shop"), client_name="Renamed"))
        assert len(provider.store.changes.of("clients", "shop")) == 1


def test_a_store_of_a_newer_version_is_left_alone(old):
    upgrade(old.settings)
    database = DB(str(old.folder / "data.fs"))
    with transaction.manager:
        connection = database.open()
        connection.root()["oidc_op"]["schema"] = 3
    connection.close()
    database.close()
    with pytest.raises(StoreNotReady, match=r"newer version of oidc_op \(schema 3, here 2\)"):
        upgrade(old.settings)


def test_a_store_that_is_not_there_is_not_upgraded_but_initialised(tmp_path):
    with pytest.raises(StoreNotReady, match=r"do: oidc-op init X\.ini"):
        upgrade({"zodbconn.uri": f"file://{tmp_path}/data.fs"})


def test_a_file_that_was_exported_by_an_older_version_is_imported(old, served, tmp_path):
    """``export-1.jsonl`` is of the first version of the format."""
    for path in tmp_path.glob("*.fs"):
        path.unlink()
    make_ready(old.settings)
    mount = served()
    imported(mount.registry, (OLD / "export-1.jsonl").read_bytes())
    two = json.loads((OLD / "two.json").read_text())
    assert {kind: set(records) for kind, records in held(mount.registry).items() if kind != "changes"} == {
        kind: set(records) for kind, records in two["records"].items()
    }
    old.kept = two["kept"]
    check(old, mount)
    with provider_of(mount.registry) as provider:
        changes = provider.store.changes
        assert [changes.get(key).why for key in changes.of("clients", "shop")] == ["the first change"]

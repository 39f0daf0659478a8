"""A file of what expires bounds itself: no command is given, no timer set, and the clock goes on."""

import shutil
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pyramid_zodbconn import get_connection

from oidc_op.events import TokenIssued
from oidc_op.interfaces import IStoreBackend
from oidc_op.model.handle import HOUR, draw_key
from oidc_op.process.maintenance import Maintenance
from oidc_op.testing.contract.samples import NOW, grant, redeemed

TOGETHER = 200  # flows in one transaction: alone, each would append more, and the file be packed more often
PACE = 0.2  # seconds for those in one transaction, while the file is being packed: five times what a server does
LIFE = 900  # seconds that an access token is good


@pytest.fixture
def file_settings(file_settings):
    return file_settings | {"oidc.pack_from": "2"}  # of what is alive there are 1.2 MB, or with all flows 6 MB


def issued(now):
    expires_at = now + LIFE
    made = replace(grant(expires_at=expires_at), created_at=now, offline=False, acr="", sid=draw_key(expires_at))
    return replace(made, redirect_uri="https://rp.example/cb", sub="5f0c1e9a-2b7f-4f5e-8a36")


def without_refresh(each):
    found = redeemed(each)
    return replace(found, access_tokens=found.access_tokens[:1], refresh_token=None)


class Flows:
    """Code flows as requests write them, with the maintenance that belongs to each."""

    def __init__(self, stores):
        self.stores, self.maintenance, self.largest = stores, Maintenance(), 0
        self.storage = stores.registry.getUtility(IStoreBackend)

    def run(self, now, count):
        grants = [issued(now) for _ in range(count)]
        with self.stores.session() as store:
            for each in grants:
                store.grants.add(each)
        request = SimpleNamespace(registry=self.stores.registry)
        with self.stores.session() as store:
            provider = SimpleNamespace(now=now, store=store, request=request)
            for each in grants:
                store.grants.put(without_refresh(store.grants.get(each.key)))
                self.maintenance(TokenIssued(provider, None, None, "authorization_code"))
        if self.storage._packings["grants"].lock.locked():
            time.sleep(PACE)


def alive(stores, open_stores, folder, now):
    """Bytes of what is alive: of a copy from which all is dropped that has ended, and which is packed."""
    storage = stores.registry.getUtility(IStoreBackend)
    folder.mkdir()
    with storage._packings["grants"].lock:
        for name in ("data.fs", "grants.fs"):
            shutil.copy(folder.parent / "var" / name, folder / name)
    copy = open_stores({"zodbconn.uri": f"file://{folder}/data.fs", "zodbconn.uri.grants": f"file://{folder}/grants.fs"})
    with copy.session() as store:
        store.grants.purge(now)
    copy.registry.getUtility(IStoreBackend).pack(lambda text: None)
    copy.close()
    found = (folder / "grants.fs").stat().st_size
    shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("flows_in_all", [40_000, pytest.param(200_000, marks=pytest.mark.soak)])
def test_short_flows_leave_a_file_under_four_times_what_is_alive(flows_in_all, file_stores, open_stores, tmp_path, caplog):
    an_hour = flows_in_all // 20
    flows, path, sizes, living = Flows(file_stores), tmp_path / "var" / "grants.fs", [], []
    caplog.set_level("INFO", "oidc_op")
    for number in range(0, flows_in_all, TOGETHER):
        now = NOW + number * HOUR // an_hour
        flows.run(now, TOGETHER)
        if number > 2 * an_hour:  # by now as much ends as begins
            sizes.append(path.stat().st_size)
            if number % (flows_in_all // 5) == flows_in_all // 10:
                living.append(alive(file_stores, open_stores, tmp_path / "copy", now))
    assert len(living) == 4
    assert max(sizes) < 4 * min(living), (max(sizes), living)
    assert sum("packed" in record.message for record in caplog.records) > 5
    request = file_stores.request()
    with request.tm:
        assert len(get_connection(request, "grants").root()["oidc_op"]["grants"]) <= 4
    request._process_finished_callbacks()

"""The file of what expires is packed while it is served; it is whole at every moment, and so is its index."""

import logging
import os
import threading
import time
from dataclasses import replace

import pytest
from pyramid_zodbconn import get_connection
from ZODB.fsIndex import fsIndex

from oidc_op.interfaces import IStoreBackend
from oidc_op.model.handle import HOUR
from oidc_op.store import DoneElsewhere, StoreUnavailable
from oidc_op.store.zodb.filestorage import storage
from oidc_op.testing.contract.samples import NOW, client, grant

PATIENCE = 30  # seconds


@pytest.fixture
def file_settings(file_settings):
    return file_settings | {"oidc.pack_from": "1"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "grants.fs"


def storage_of(stores):
    return stores.registry.getUtility(IStoreBackend)


def packing_of(stores, name="grants"):
    return storage_of(stores)._packings[name]


def grow(stores, megabytes, *, expires_at=NOW + HOUR):
    """Write grants until the file has grown by so much; their keys."""
    size, keys = packing_of(stores)._database.storage.getSize, []
    end = size() + megabytes * 1_000_000
    while size() < end:
        made = [grant(number, expires_at=expires_at) for number in range(200)]
        with stores.session() as store:
            for each in made:
                store.grants.add(each)
        keys += [each.key for each in made]
    return keys


def settled(stores):
    """Wait until nothing is being packed."""
    time.sleep(0.01)
    end = time.monotonic() + PATIENCE
    while any(each.name == "oidc_op pack" for each in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)


def tended(stores):
    storage_of(stores).tend()
    settled(stores)


def index_is_current(path):
    return fsIndex.load(f"{path}.index")["pos"] == path.stat().st_size


def test_it_is_packed_when_it_has_grown_to_twice_its_size_after_the_last_time(file_stores, path, caplog):
    caplog.set_level(logging.INFO, "oidc_op")
    grow(file_stores, 0.5)
    tended(file_stores)
    assert not caplog.records  # less than a megabyte, as the setting says
    alive = grow(file_stores, 1.0)
    tended(file_stores)
    assert [record.message.partition(" /")[0] for record in caplog.records] == ["packing", "packed"]
    packed = path.stat().st_size
    assert f"{packed} after" in caplog.messages[-1]
    grow(file_stores, packed / 1_000_000 / 2)
    tended(file_stores)
    assert len(caplog.records) == 2
    grow(file_stores, packed / 1_000_000 / 2)
    tended(file_stores)
    assert len(caplog.records) == 4
    with file_stores.session() as store:
        assert all(store.grants.get(key) for key in alive)


def test_what_it_was_after_the_last_time_is_known_in_the_next_process(file_stores, path, open_stores, file_settings, caplog):
    grow(file_stores, 2)
    tended(file_stores)
    file_stores.close()
    caplog.set_level(logging.INFO, "oidc_op")
    caplog.clear()  # of the pack before, where an earlier test has left the level so low
    again = open_stores(file_settings)
    tended(again)
    assert not caplog.records
    path.with_name("grants.fs.packed").unlink()  # of no use, or gone: then once too often
    tended(again)
    assert len(caplog.records) == 2


def test_its_index_is_current_and_nothing_lies_beside_it(file_stores, path):
    grow(file_stores, 1.5)
    tended(file_stores)
    assert index_is_current(path)
    beside = {each.name for each in path.parent.iterdir() if each.name.startswith("grants.fs")}
    assert beside == {f"grants.fs{suffix}" for suffix in ("", ".index", ".lock", ".tmp", ".packed")}


def test_its_files_stay_the_owners_alone(file_stores, path):
    before = os.umask(0o022)  # as a server has it
    try:
        grow(file_stores, 1.0)
        packing_of(file_stores).pack(lambda _: None)
        found = {each.name: oct(each.stat().st_mode & 0o777) for each in path.parent.iterdir() if each.name.startswith(path.name)}
    finally:
        os.umask(before)
    assert set(found.values()) == {"0o600"}, found
    assert {path.name, f"{path.name}.index", f"{path.name}.packed"} <= found.keys()


def test_requests_go_on_meanwhile(file_stores):
    """What is written while it is being packed is in the new file."""
    grow(file_stores, 2)
    storage_of(file_stores).tend()
    during = []
    while packing_of(file_stores).lock.locked() or not during:
        each = grant()
        with file_stores.session() as store:
            store.grants.add(each)
        during.append(each.key)
    settled(file_stores)
    assert len(during) > 3
    with file_stores.session() as store:
        assert all(store.grants.get(key) for key in during)


def test_what_was_written_meanwhile_does_not_make_the_next_pack_wait(file_stores, path, monkeypatch):
    """Else a file that is written to quickly is packed less and less often, and has ever more in it that is worth nothing."""
    grow(file_stores, 1.5)
    real = storage.Packer.copyRest

    def late(self, position):
        path.with_name("reached").touch()
        return real(self, position)

    def written(self):
        grow(file_stores, 2)
        return sync(self)

    sync = storage.Packer._sync
    monkeypatch.setattr(storage.Packer, "copyRest", late)
    monkeypatch.setattr(storage.Packer, "_sync", lambda self: sync(self) if path.with_name("reached").exists() else written(self))
    tended(file_stores)
    assert packing_of(file_stores).has_grown(1_000_000)


def test_the_end_of_the_process_does_not_wait_for_it(file_stores, path, open_stores, file_settings, monkeypatch, caplog):
    keys = grow(file_stores, 2)
    begun, real = threading.Event(), storage.Packer.copyDataRecords

    def slow(self, pos, header):
        begun.set()
        time.sleep(0.05)
        return real(self, pos, header)

    monkeypatch.setattr(storage.Packer, "copyDataRecords", slow)
    caplog.set_level(logging.INFO, "oidc_op")
    storage_of(file_stores).tend()
    assert begun.wait(PATIENCE)
    began = time.monotonic()
    file_stores.close()
    assert time.monotonic() - began < 2  # there is a minute of work left
    settled(file_stores)
    assert "is not packed: the process ends" in caplog.text
    assert not path.with_name("grants.fs.pack").exists()
    assert index_is_current(path)
    with open_stores(file_settings).session() as store:
        assert all(store.grants.get(key) for key in keys)


def test_a_crash_at_its_end_leaves_no_index_of_the_other_file(file_stores, path, monkeypatch, open_stores, file_settings):
    """Between the new file and its index lies a moment in which the old index would be taken for the new one's."""
    keys = grow(file_stores, 1.5)
    file_stores.close()
    stores = open_stores(file_settings)
    monkeypatch.setattr(storage.SafeFileStorage, "_save_index", lambda self: None)
    with stores.session() as store:
        for key in keys[: len(keys) // 2]:
            store.grants.remove(key)
    storage_of(stores).pack(lambda text: None)
    assert not path.with_name("grants.fs.index").exists()


def test_a_full_disk_leaves_the_file_as_it_was_and_the_next_attempt_waits(file_stores, path, monkeypatch, caplog):
    keys = grow(file_stores, 1.5)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "fsync", full)
        tended(file_stores)
    assert "cannot pack" in caplog.text
    assert "free some space" in caplog.text
    assert "Traceback" not in caplog.text
    assert not path.with_name("grants.fs.pack").exists()
    tended(file_stores)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    with file_stores.session() as store:
        store.grants.add(grant())
        assert all(store.grants.get(key) for key in keys)
    storage_of(file_stores).pack(lambda text: None)  # by command it is tried at once


def test_a_child_packs_nothing(file_stores, monkeypatch, path):
    grow(file_stores, 1.5)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        tended(file_stores)
    assert not path.with_name("grants.fs.packed").exists()


@pytest.mark.parametrize("megabytes", ["0", "100"])
def test_it_may_be_left_to_the_command(open_stores, file_settings, path, megabytes):
    stores = open_stores(file_settings | {"oidc.pack_from": megabytes}, init=True)
    grow(stores, 1.5)
    tended(stores)
    assert not path.with_name("grants.fs.packed").exists()
    said = []
    assert storage_of(stores).pack(said.append) == [str(path)]
    assert len(said) == 2


def histories(stores):
    request = stores.request()
    with request.tm:
        connection = get_connection(request)
        record = connection.root()["oidc_op"]["clients"][client().key]
        found = connection.db().history(record._p_oid, 100)
    request._process_finished_callbacks()
    return len(found)


def test_the_history_of_what_is_configured_is_kept_until_it_is_told(file_stores):
    for name in ("One", "Two", "Three"):
        with file_stores.session() as store:
            here = store.clients.get(client().key)
            (store.clients.put if here else store.clients.add)(replace(client(), client_name=name))
    storage_of(file_stores).pack(lambda text: None)
    assert histories(file_stores) == 3
    storage_of(file_stores).pack(lambda text: None, 1)
    assert histories(file_stores) == 3  # they are younger
    storage_of(file_stores).pack(lambda text: None, 0)
    assert histories(file_stores) == 1


def test_one_file_for_both_is_packed_only_where_history_is_spoken_of(open_stores, tmp_path):
    stores = open_stores({"zodbconn.uri": f"file://{tmp_path}/data.fs", "oidc.pack_from": "1"}, init=True)
    tended(stores)
    with pytest.raises(DoneElsewhere, match="--history 365"):
        storage_of(stores).pack(lambda text: None)
    with stores.session() as store:
        store.clients.add(client())
    assert storage_of(stores).pack(lambda text: None, 0) == [f"{tmp_path}/data.fs"]


def test_dictionaries_need_none(open_stores):
    with pytest.raises(DoneElsewhere, match="in memory"):
        storage_of(open_stores({"oidc.store": "memory"})).pack(lambda text: None)
    stores = open_stores({"zodbconn.uri": "memory://", "zodbconn.uri.grants": "memory://"})
    storage_of(stores).tend()
    storage_of(stores).pack(lambda text: None)


def test_a_read_only_file_is_not_packed(file_stores, open_stores, file_settings):
    file_stores.close()
    read_only = {name: f"{value}&read_only=1" if name.startswith("zodbconn") else value for name, value in file_settings.items()}
    with pytest.raises(StoreUnavailable, match="cannot pack"):
        storage_of(open_stores(read_only)).pack(lambda text: None)

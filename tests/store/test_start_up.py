"""Opening the databases: what is refused, by which words, and what is made for whom."""

import os
import sys

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from pyramid_zodbconn import ZODBConnectionOpened, get_connection

from oidc_op.interfaces import IStoreFactory
from oidc_op.store import StoreHeld, StoreNotReady, close
from oidc_op.store.files import path_of
from oidc_op.store.zodb import initialise, initialise_uri_settings
from oidc_op.testing.contract.samples import client, session


def test_without_a_uri_the_setting_is_named(open_stores):
    with pytest.raises(ConfigurationError, match=r"zodbconn\.uri is missing"):
        open_stores({})
    with pytest.raises(ConfigurationError, match=r"zodbconn\.uri is missing"):
        initialise_uri_settings({})


def test_a_store_that_is_not_there_names_the_command_that_makes_it_and_makes_nothing(open_stores, file_settings, tmp_path):
    with pytest.raises(StoreNotReady, match="oidc-op init"):
        open_stores(file_settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["zodbconn.uri", "zodbconn.uri.grants"])
def test_a_database_that_is_somebody_elses_is_not_ours_yet(open_stores, file_settings, missing):
    """A host's own database, say: it exists, and has nothing of ours."""
    initialise_uri_settings(file_settings)
    path = path_of(file_settings[missing])
    os.truncate(path, 4)  # the mark that begins a FileStorage
    path.with_name(path.name + ".index").unlink()
    with pytest.raises(StoreNotReady, match=f"{missing} is not initialised; do: oidc-op init"):
        open_stores(file_settings)
    assert initialise_uri_settings(file_settings)  # nothing holds the files any more
    assert not initialise_uri_settings(file_settings)
    open_stores(file_settings)


def test_what_is_made_is_for_its_owner_only(file_settings, tmp_path, open_stores):
    initialise_uri_settings(file_settings)
    for path in (tmp_path / "var").iterdir():  # as after the restore of a backup
        if path.suffix != ".fs":
            path.unlink()
    open_stores(file_settings).close()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    names = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
    assert names.keys() >= {"data.fs", "data.fs.index", "grants.fs", "grants.fs.index"}
    assert set(names.values()) == {0o600}


def test_a_relative_path_begins_at_the_working_folder(tmp_path, monkeypatch, open_stores):
    monkeypatch.chdir(tmp_path)
    open_stores({"zodbconn.uri": "file://var/data.fs"}, init=True)
    assert (tmp_path / "var" / "data.fs").exists()


def test_initialising_again_keeps_what_is_there(open_stores, file_settings):
    first = open_stores(file_settings, init=True)
    with first.session() as store:
        store.clients.add(client())
    assert initialise(first.registry) is False
    first.close()
    assert initialise_uri_settings(file_settings) is False
    with open_stores(file_settings).session() as store:
        assert store.clients.get(client().key) == client()


def test_a_host_keeps_its_own_root_and_its_own_databases(tmp_path, open_stores):
    settings = {"zodbconn.uri": f"file://{tmp_path}/data.fs", "zodbconn.uri.host": f"file://{tmp_path}/no/such/folder/host.fs"}
    initialise_uri_settings(settings)
    del settings["zodbconn.uri.host"]
    stores = open_stores(settings)
    request = stores.request()
    with request.tm:
        get_connection(request).root()["host"] = 1
        assert sorted(get_connection(request).root()) == ["host", "oidc_op"]
    request._process_finished_callbacks()


def test_a_host_may_have_opened_the_databases_itself():
    config = Configurator(settings={"zodbconn.uri": "memory://"})
    config.include("pyramid_zodbconn")
    config.include("oidc_op.store")
    assert config.registry.getUtility(IStoreFactory)
    close(config.registry)


@pytest.mark.parametrize("uri", ["memory://", "demo:(memory://)/(memory://)"])
def test_what_lives_in_memory_needs_no_command(open_stores, uri):
    with open_stores({"zodbconn.uri": uri, "zodbconn.uri.grants": uri}).session() as store:
        store.clients.add(client())
        store.sessions.add(session())


def test_a_trial_over_a_real_store_leaves_it_alone(open_stores, file_settings):
    first = open_stores(file_settings, init=True)
    first.close()
    trial = open_stores({"zodbconn.uri": f"demo:(file://{path_of(file_settings['zodbconn.uri'])}?read_only=1)/(memory://)"})
    with trial.session() as store:
        store.clients.add(client())
        store.sessions.add(session())
    trial.close()
    with open_stores(file_settings).session() as store:
        assert list(store.clients) == []


def test_a_file_that_is_held_names_itself_and_its_holder(open_stores, file_settings, tmp_path):
    holder = open_stores(file_settings, init=True)
    for attempt in (initialise_uri_settings, open_stores):
        with pytest.raises(StoreHeld, match="is held by process") as caught:
            attempt(file_settings)
        assert caught.value.path == str(tmp_path / "var" / "data.fs")
        assert caught.value.pid == os.getpid()
    holder.close()
    open_stores(file_settings)


def test_where_the_second_file_is_held_the_first_is_let_go(open_stores, file_settings, tmp_path):
    initialise_uri_settings(file_settings)
    second = {"zodbconn.uri": file_settings["zodbconn.uri.grants"]}
    holder = open_stores(second, init=True)
    for attempt in (initialise_uri_settings, open_stores):
        with pytest.raises(StoreHeld) as caught:
            attempt(file_settings)
        assert caught.value.path == str(tmp_path / "var" / "grants.fs")
    holder.close()
    open_stores(file_settings)


def test_a_store_of_a_newer_version_is_refused(open_stores, file_settings):
    stores = open_stores(file_settings, init=True)
    request = stores.request()
    with request.tm:
        get_connection(request).root()["oidc_op"]["schema"] += 1
    request._process_finished_callbacks()
    stores.close()
    with pytest.raises(StoreNotReady, match="newer version"):
        open_stores(file_settings)


def test_closing_twice_is_no_error(file_stores, open_stores, file_settings):
    file_stores.close()
    file_stores.close()
    open_stores(file_settings)


def test_a_connection_is_opened_when_something_is_asked_for(file_stores):
    opened = []
    file_stores.registry.registerHandler(opened.append, (ZODBConnectionOpened,))
    with file_stores.session() as store:
        assert opened == []
        assert store.clients.get("nobody") is None
        assert len(opened) == 1


def a_store_of_ones_own(request):
    return f"the store of {request.path}"


def test_a_dotted_name_is_a_store_of_ones_own(open_stores, monkeypatch):
    monkeypatch.setitem(sys.modules, "store_of_ones_own", sys.modules[__name__])
    stores = open_stores({"oidc.store": "store_of_ones_own:a_store_of_ones_own"})
    assert stores.registry.getUtility(IStoreFactory)(stores.request()) == "the store of /token"


@pytest.mark.parametrize("name", ["zoodb", "oidc_op.store:PACKAGES", "oidc_op.store.nothing"])
def test_a_store_that_is_none_is_named(open_stores, name):
    with pytest.raises(ConfigurationError, match=rf"oidc\.store = '{name}': must be"):
        open_stores({"oidc.store": name})

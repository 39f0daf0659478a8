"""Stores and the life of their process: the end of it, and children."""

import gc
import subprocess
import sys

import pytest
from ZODB.fsIndex import fsIndex

from oidc_op.store import ForkedChild
from oidc_op.store.zodb import initialise_uri_settings
from oidc_op.testing.contract.samples import session

OPEN = """
import os, sys, warnings
warnings.simplefilter("ignore")
from pyramid.config import Configurator
from pyramid.request import Request
from transaction import TransactionManager
from zc.lockfile import LockError, LockFile
from oidc_op.interfaces import IStoreFactory
from oidc_op.store import ForkedChild
from oidc_op.testing.contract.samples import session

config = Configurator(settings=dict(line.split(" ", 1) for line in sys.argv[1:]))
config.include("oidc_op.store")

def write():
    request = Request.blank("/")
    request.registry = config.registry
    request.tm = TransactionManager(explicit=True)
    with request.tm:
        config.registry.getUtility(IStoreFactory)(request).sessions.add(session())
    request._process_finished_callbacks()
"""
FORK = """
child = os.fork()
if child == 0:
    try:
        write()
    except ForkedChild as error:
        print(error, flush=True)
        sys.exit(7)
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
for path in (line.partition("//")[2].partition("?")[0] for line in sys.argv[1:]):
    try:
        LockFile(path + ".lock")
    except LockError:
        continue
    sys.exit("the child let go of its parent's lock")
write()
print("written", flush=True)
"""


def run(script, settings):
    command = [sys.executable, "-c", script, *(f"{key} {value}" for key, value in settings.items())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def index_is_current(tmp_path, name="grants.fs"):
    path = tmp_path / "var" / name
    return fsIndex.load(str(path) + ".index")["pos"] == path.stat().st_size


def test_the_index_is_saved_when_the_process_ends(file_settings, tmp_path):
    initialise_uri_settings(file_settings)
    before = (tmp_path / "var" / "grants.fs").stat().st_size
    run(OPEN + "write()", file_settings)
    assert (tmp_path / "var" / "grants.fs").stat().st_size > before
    assert index_is_current(tmp_path)


def test_the_databases_are_closed_with_the_application(open_stores, file_settings, tmp_path):
    stores = open_stores(file_settings, init=True)
    with stores.session() as store:
        store.sessions.add(session())
    assert not index_is_current(tmp_path)
    stores.registry = None
    del store  # holds its request, which holds the application
    gc.collect()
    assert index_is_current(tmp_path)
    open_stores(file_settings)  # nobody holds it


def test_a_forked_child_is_refused_and_does_no_harm(file_settings, tmp_path):
    initialise_uri_settings(file_settings)
    said = run(OPEN + FORK, file_settings)
    assert "one process with threads" in said
    assert said.endswith("written\n")
    assert index_is_current(tmp_path)


@pytest.mark.parametrize("settings", [{"oidc.store": "memory"}, {"zodbconn.uri": "memory://"}])
def test_any_store_of_one_process_refuses_another(open_stores, settings, monkeypatch):
    stores = open_stores(settings)
    with monkeypatch.context() as patch:
        patch.setattr("os.getpid", lambda: -1)
        with pytest.raises(ForkedChild, match="its child -1"), stores.session():
            pass
    with stores.session() as store:
        assert list(store.clients) == []

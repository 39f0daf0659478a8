"""ZEO: what is asked of its settings, and what the store promises on it."""

import itertools
import time

import pytest
from pyramid.exceptions import ConfigurationError
from served import free_port
from store.conftest import Stores
from zeo_server import ZEOServer

from oidc_op.store import StoreUnavailable
from oidc_op.store.zodb import initialise, initialise_uri_settings
from oidc_op.testing.contract import StoreContract
from oidc_op.testing.contract.samples import client, session

pytestmark = pytest.mark.xdist_group("zeo")
NOBODY = """\
%import ZEO
<zodb main>
    <clientstorage>
        server 127.0.0.1:{port}
        server-sync true
        wait-timeout 1
    </clientstorage>
</zodb>
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = ZEOServer(tmp_path_factory.mktemp("zeo"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def zeo(running):
    """The server, with nothing of ours in its storages."""
    running.empty()
    return running


@pytest.fixture(scope="module")
def clients(running):
    """Two applications, each with connections of its own, as in two processes."""
    initialise_uri_settings(running.settings())
    clients = [Stores(running.settings()), Stores(running.settings())]
    yield clients
    for each in clients:
        each.close()


class TestEachSessionInAnotherClient(StoreContract):
    """What one writes has to reach the other at once, and their writes to conflict."""

    @pytest.fixture
    def open_store(self, zeo, clients):
        initialise(clients[0].registry)
        turns = itertools.cycle(clients)
        return lambda: next(turns).session()


@pytest.mark.parametrize("attempt", ["open", "init"])
@pytest.mark.parametrize("key", ["zodbconn.uri", "zodbconn.uri.grants"])
def test_zeo_without_server_sync_is_refused_with_the_reason(zeo, open_stores, attempt, key):
    settings = zeo.settings() | {key: zeo.settings(sync="false")[key]}
    attempt = open_stores if attempt == "open" else initialise_uri_settings
    initialise_uri_settings(zeo.settings())
    with pytest.raises(ConfigurationError, match=rf"^{key}: its <clientstorage> needs the line server-sync true; .*a code") as caught:
        attempt(settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("attempt", ["open", "init"])
@pytest.mark.parametrize("key", ["zodbconn.uri", "zodbconn.uri.grants"])
def test_a_zeo_uri_is_refused_with_what_to_write_instead(open_stores, attempt, key):
    attempt = open_stores if attempt == "open" else initialise_uri_settings
    with pytest.raises(ConfigurationError, match=rf"^{key} = zeo://.*write {key} = zconfig://%\(here\)s/zeo\.conf#main$"):
        attempt({"zodbconn.uri": "memory://"} | {key: "zeo://localhost:8100?wait_timeout=1"})


@pytest.mark.parametrize("attempt", ["open", "init"])
def test_a_server_that_is_not_there_is_waited_for_no_longer_than_asked(open_stores, tmp_path, attempt):
    conf, port = tmp_path / "zeo.conf", free_port()
    conf.write_text(NOBODY.format(port=port))
    attempt = open_stores if attempt == "open" else initialise_uri_settings
    with pytest.raises(ConfigurationError, match=f"the ZEO server at 127.0.0.1:{port} did not answer within 1 seconds"):
        attempt({"zodbconn.uri": f"zconfig://{conf}#main"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "zeo.conf"),
        ("<zodb main>", r"unclosed sections.*line 1.*zeo\.conf"),
        ("<clientstorage main>\nserver 1\n</clientstorage>", "clientstorage"),
        ("%import ZEO\n<zodb other>\n<mappingstorage/>\n</zodb>", "No storage or database named main"),
    ],
)
def test_a_file_that_describes_no_database_is_said_in_one_sentence(open_stores, tmp_path, text, reason):
    conf = tmp_path / "zeo.conf"
    if text is not None:
        conf.write_text(text)
    with pytest.raises(ConfigurationError, match=f"^zodbconn.uri: cannot be opened: .*{reason}") as caught:
        open_stores({"zodbconn.uri": f"zconfig://{conf}#main"})
    assert "\n" not in str(caught.value)


def test_several_open_it_at_once_and_initialising_again_keeps_what_is_there(zeo, open_stores):
    first = open_stores(zeo.settings(), init=True)
    with first.session() as store:
        store.clients.add(client())
    assert initialise_uri_settings(zeo.settings()) is False
    second = open_stores(zeo.settings())
    with second.session() as store:
        assert store.clients.get(client().key) == client()


def connected(stores):
    """Wait until there is a connection again."""
    end = time.monotonic() + 20
    while True:
        try:
            with stores.session() as store:
                return list(store.clients)
        except StoreUnavailable:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_a_server_that_was_killed_gives_nobody_the_ids_of_objects_that_others_hold(zeo, open_stores):
    """Each client holds a hundred; what is new would conflict with what others have written meanwhile, many times over."""
    first, second = open_stores(zeo.settings(wait=1), init=True), open_stores(zeo.settings(wait=1))
    for stores in (first, second):
        with stores.session() as store:
            store.sessions.add(session())
    zeo.kill()
    zeo.start()
    for stores in (first, second):
        connected(stores)
    with first.session() as store:
        for _ in range(150):
            store.sessions.add(session())
    with second.session() as store:
        store.sessions.add(session())


def test_while_the_server_is_away_requests_fail_soon_and_work_again_when_it_is_back(zeo, open_stores):
    stores = open_stores(zeo.settings(wait=1), init=True)
    kept = session()
    with stores.session() as store:
        store.sessions.add(kept)
    zeo.kill()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=r"the ZEO server .*is away"), stores.session() as store:
            store.sessions.get(kept.key)
    began = time.monotonic()
    for _ in range(50):  # now that it has been away for long enough, nobody waits; else each would, for a second
        with pytest.raises(StoreUnavailable), stores.session() as store:
            store.sessions.get(kept.key)
    assert time.monotonic() - began < 25
    zeo.start()
    connected(stores)
    with stores.session() as store:
        assert store.sessions.get(kept.key) == kept

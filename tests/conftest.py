"""A provider on each of its mounts, and a relying party to talk to it."""

import gc
from contextlib import ExitStack, contextmanager
from functools import cache

import plaster.loaders
import pytest
import zodburi
from hypothesis import settings
from mounts import MOUNTS, NAMED, SEALED, behind_a_proxy, dictionaries, environment, in_database, included, renew, root, sealed, served
from postgresql import postgresql
from rp import RelyingParty
from zeo_mount import on_zeo

from oidc_op.interfaces import IKeyCache

EXTENDED = {
    "oidc.includes": "pkgs.clock pkgs.counting pkgs.conflicting pkgs.furnished pkgs.extended",
    "oidc.sign_in_throttle": "true",
}
IN_PROCESS = {"root": root, "dictionaries": dictionaries, "included": included, SEALED: sealed}
settings.register_profile("tests", deadline=None)  # the machine may have other things to do
settings.load_profile("tests")

# What is installed stays as it is meanwhile: looking through it all takes longer than most tests.
find_loaders = cache(plaster.loaders.find_loaders)
plaster.loaders.find_loaders = lambda scheme, protocols=None: find_loaders(scheme, protocols and tuple(protocols))
zodburi.entry_points = cache(zodburi.entry_points)


def pytest_collection_finish(session):
    """What was collected stays to the end, so the garbage collector need not look at it after each application."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc):
    """Choose the mounts of a test.

    ``mounts("stores")`` or ``mounts("root", "served")`` says them, on a test or its module. Otherwise a conversation is held
    on all, and the rows of a table (a parametrized test) on two. What is ``about_codes`` holds for sealed ones, too.
    """
    definition, fixtures = metafunc.definition, metafunc._arg2fixturedefs
    is_ours = "mount" in fixtures and tuple(fixtures["mount"][-1].params or ()) == MOUNTS  # a module may have mounts of its own
    if not is_ours or any("mount" in _names(each) for each in definition.iter_markers("parametrize")):
        return
    said = definition.get_closest_marker("mounts")
    is_table = any(definition.iter_markers("parametrize"))
    chosen = said.args if said else ("refusals",) if is_table else ("all",)
    mounts = list(dict.fromkeys(mount for each in chosen for mount in NAMED.get(each, (each,))))
    if definition.get_closest_marker("about_codes"):
        mounts.append(SEALED)
    definition.add_marker(pytest.mark.parametrize("mount", mounts, indirect=True))


def _names(parametrize):
    names = parametrize.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else names


@pytest.fixture(scope="session")
def made_keys():
    """Keys, made and imported once: that takes a tenth of a second for an RSA key."""
    from pyramid.scripting import prepare

    import oidc_op
    from oidc_op.store import close

    with environment():
        app = oidc_op.main({}, **{"oidc.issuer": "https://id.example.com", "zodbconn.uri": "memory://"})
    env = prepare(registry=app.registry)
    with env["request"].tm:
        keys = env["request"].oidc_provider.keys
        made = [keys.create(alg) for alg in ("RS256", "ES256")]
        for key in made:
            keys.sign(key.alg, {})
    env["closer"]()
    close(app.registry)
    return made, app.registry.getUtility(IKeyCache).imported


@pytest.fixture(scope="session")
def put_keys(made_keys):
    """Gives an application those keys."""
    from pyramid.scripting import prepare

    made, imported = made_keys

    def put(registry):
        registry.getUtility(IKeyCache).imported |= imported
        env = prepare(registry=registry)
        with env["request"].tm:
            for key in made:
                env["request"].oidc_provider.store.keys.add(key)
        env["closer"]()

    return put


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL of our own, shared by the tests of a process."""
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def _served(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served")) as mount:
        yield mount


@pytest.fixture(scope="session")
def _proxied(tmp_path_factory):
    with behind_a_proxy(tmp_path_factory.mktemp("proxied")) as mount:
        yield mount


@pytest.fixture(scope="session")
def _extended(tmp_path_factory):
    with behind_a_proxy(tmp_path_factory.mktemp("extended"), **EXTENDED) as mount:
        yield mount


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory, put_keys):
    folder = tmp_path_factory.mktemp("sqlite")
    with in_database(f"sqlite:///{folder}/data.sqlite", folder, put_keys) as mount:
        yield mount


@pytest.fixture(scope="session")
def _postgresql(tmp_path_factory, postgresql_server, put_keys):
    with in_database(postgresql_server.url("mount"), tmp_path_factory.mktemp("postgresql"), put_keys) as mount:
        yield mount


@pytest.fixture(scope="session")
def in_this_process(tmp_path_factory, put_keys):
    """Applications without a server, each made once for all tests that give it the same settings."""
    with ExitStack() as stack:

        @cache
        def made(name, settings):
            return stack.enter_context(IN_PROCESS[name](tmp_path_factory.mktemp(name), put_keys, **dict(settings)))

        yield made


@pytest.fixture(scope="session")
def kept_on_zeo(tmp_path_factory, put_keys):
    with on_zeo(tmp_path_factory.mktemp("zeo"), put_keys) as mount:
        yield mount


@pytest.fixture
def _zeo(kept_on_zeo, put_keys):
    kept_on_zeo.renew(put_keys)
    return kept_on_zeo


@pytest.fixture
def open_mount(request, in_this_process, put_keys):
    """Opens a mount by its name; only those without a server of their own can be given settings.

    A server keeps what earlier tests left there; an application in this process begins with an empty store.
    "extended" is behind a proxy, has every extension of the tests at once, and slows those down who guess passwords.
    """

    @contextmanager
    def opened(name, **settings):
        if name in IN_PROCESS:
            made = in_this_process(name, tuple(sorted(settings.items())))
            renew(made, put_keys)
        else:
            made = request.getfixturevalue(f"_{name}")
        made.clock.stop()
        made.notes.forget()
        yield made
        made.address = type(made).address
        made.clock.reset()

    return opened


@pytest.fixture(params=MOUNTS)
def mount(request, open_mount):
    """A provider; the conversation must be the same whichever way it is served."""
    with open_mount(request.param) as made:
        yield made


@pytest.fixture
def rp(mount):
    """A confidential client, and a person who is not signed in yet."""
    return RelyingParty(mount)


@pytest.fixture
def make_rp(mount):
    """More of them, as described."""

    def make(client=None, account=None, **kw):
        return RelyingParty(mount, client, account, **kw)

    return make

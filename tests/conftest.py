"""A provider on each of its mounts, and a relying party to talk to it."""

import gc
from contextlib import contextmanager

import pytest
from hypothesis import settings
from mounts import MOUNTS, SEALED, behind_a_proxy, environment, included, root, sealed, served
from rp import RelyingParty

EXTENDED = {
    "oidc.includes": "pkgs.clock pkgs.counting pkgs.conflicting pkgs.furnished pkgs.extended",
    "oidc.sign_in_throttle": "true",
}
IN_PROCESS = {"root": root, "included": included, SEALED: sealed}
settings.register_profile("tests", deadline=None)  # the machine may have other things to do
settings.load_profile("tests")


def pytest_collection_finish(session):
    """What was collected stays to the end, so the garbage collector need not look at it after each application."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc):
    """What is said about codes holds for sealed ones, too."""
    if metafunc.definition.get_closest_marker("about_codes") and "mount" in metafunc.fixturenames:
        metafunc.definition.add_marker(pytest.mark.parametrize("mount", [*MOUNTS, SEALED], indirect=True))


@pytest.fixture(scope="session")
def made_keys():
    """Keys, made once: an RSA key takes a tenth of a second."""
    from pyramid.scripting import prepare

    import oidc_op
    from oidc_op.store import close

    with environment():
        app = oidc_op.main({}, **{"oidc.issuer": "https://id.example.com", "zodbconn.uri": "memory://"})
    env = prepare(registry=app.registry)
    with env["request"].tm:
        made = [env["request"].oidc_provider.keys.create(alg) for alg in ("RS256", "ES256")]
    env["closer"]()
    close(app.registry)
    return made


@pytest.fixture(scope="session")
def put_keys(made_keys):
    """Gives an application those keys."""
    from pyramid.scripting import prepare

    def put(registry):
        env = prepare(registry=registry)
        with env["request"].tm:
            for key in made_keys:
                env["request"].oidc_provider.store.keys.add(key)
        env["closer"]()

    return put


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


@pytest.fixture
def open_mount(request, tmp_path, put_keys):
    """Opens a mount by its name; only those without a server of their own can be given settings.

    "extended" is behind a proxy, has every extension of the tests at once, and slows those down who guess passwords.
    """

    @contextmanager
    def opened(name, **settings):
        if name in IN_PROCESS:
            with IN_PROCESS[name](tmp_path, put_keys, **settings) as made:
                yield made
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

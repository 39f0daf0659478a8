"""A provider on each of its mounts, and a relying party to talk to it."""

import pytest
from hypothesis import settings
from mounts import MOUNTS, behind_a_proxy, environment, included, root, served
from rp import RelyingParty

settings.register_profile("tests", deadline=None)  # the machine may have other things to do
settings.load_profile("tests")


@pytest.fixture(scope="session")
def made_keys():
    """Keys, made once: an RSA key takes a tenth of a second."""
    from pyramid.scripting import prepare

    import oidc_op
    from oidc_op.store.zodb import close

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


@pytest.fixture(params=MOUNTS)
def mount(request, tmp_path, put_keys):
    """A provider; the conversation must be the same whichever way it is served."""
    if request.param in ("root", "included"):
        with {"root": root, "included": included}[request.param](tmp_path, put_keys) as made:
            yield made
    else:
        made = request.getfixturevalue(f"_{request.param}")
        made.clock.stop()
        yield made
        made.clock.reset()


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

"""The conformance suite in front of a provider, and providers with settings of their own."""

from contextlib import ExitStack

import pytest
from console import Console
from mounts import included, root
from pkgs import seed
from plans import Plan
from rp import RelyingParty
from suite import CALLBACK, CLAIMS, Suite

from oidc_op.config.django_settings import DJANGO_SETTINGS


@pytest.fixture
def plan(request):
    """The plan whose row is run: that of the Basic OP, where a test is no row of any."""
    return getattr(request, "param", Plan())


@pytest.fixture
def make_suite(make_rp, plan):
    """Alice, and a static client as the suite's documentation seeds it."""

    def make(**client):
        described = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_basic"} | plan.client | client
        return Suite(make_rp(described, {"claims": CLAIMS}), plan)

    return make


@pytest.fixture
def suite(make_suite):
    return make_suite()


@pytest.fixture(params=[root, included])
def provide(request, tmp_path, put_keys):
    """A relying party of a provider with these settings; what its hooks saw is forgotten."""
    seed.forget()
    with ExitStack() as stack:

        def made(client=None, person=None, **settings):
            return RelyingParty(stack.enter_context(request.param(tmp_path, put_keys, **settings)), client, person=person)

        yield made


@pytest.fixture(params=["here", "there"])
def named(request):
    """Settings by the names that django-oidc-provider gives them: as they are, or translated into ours."""
    return lambda **settings: settings if request.param == "there" else {DJANGO_SETTINGS[name]: value for name, value in settings.items()}


@pytest.fixture
def make_op(mount):
    """People who sign in to the console, with their roles."""

    def make(*roles, signed_in=True):
        op = Console(mount, *roles)
        if signed_in:
            op.sign_in()
        return op

    return make


@pytest.fixture
def op(make_op):
    """Somebody with the role admin, who is signed in at the console."""
    return make_op("admin")

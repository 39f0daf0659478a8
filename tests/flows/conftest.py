"""The conformance suite in front of a provider."""

import pytest
from plans import Plan
from suite import CALLBACK, CLAIMS, Suite


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

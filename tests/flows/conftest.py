"""The conformance suite in front of a provider."""

import pytest
from suite import CALLBACK, CLAIMS, Suite


@pytest.fixture
def make_suite(make_rp):
    """Alice, and a static client as the suite's documentation seeds it."""

    def make(**client):
        described = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_basic"} | client
        return Suite(make_rp(described, {"claims": CLAIMS}))

    return make


@pytest.fixture
def suite(make_suite):
    return make_suite()

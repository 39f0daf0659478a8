"""A request without ``scope`` (RFC 6749 §3.3): refused in so many words, unless the provider has a default."""

import pytest
from rp import RelyingParty

pytestmark = pytest.mark.mounts("root", "included")


def test_without_a_default_the_client_is_told_what_is_missing(rp):
    answer = rp.authorize(scope=None)
    assert (answer.error, answer.params["error_description"]) == ("invalid_scope", "scope is missing")


@pytest.mark.parametrize("name", ["root", "included"])
def test_the_default_is_asked_for(open_mount, name):
    with open_mount(name, **{"oidc.default_scope": "openid email"}) as mount:
        rp = RelyingParty(mount)
        assert rp.redeem(rp.authorize(scope=None).code)["scope"] == "openid email"
        assert rp.redeem(rp.authorize(scope="openid").code)["scope"] == "openid"
        narrow = RelyingParty(mount, {"scope": "openid"})
        assert narrow.authorize(scope=None).error == "invalid_scope"  # the default is beyond what it registered

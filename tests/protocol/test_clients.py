"""What is written down of a client beside its metadata: since when it is there, and who changed it last."""

import json

import pytest
from mounts import root, unique
from rp import RelyingParty

from oidc_op.cli.console import Refused
from oidc_op.cli.operator import who


@pytest.fixture
def rp(tmp_path, put_keys):
    with root(tmp_path, put_keys) as mount:
        yield RelyingParty(mount)


def kept(rp):
    client = rp.mount.content()["clients"][rp.client_id]
    return client.created_at, client.updated_at, client.updated_by


def test_the_date_of_registration_stays_and_that_of_the_last_change_moves(rp):
    began = rp.mount.clock()
    assert kept(rp) == (began, began, who())
    for seconds, command in ((60, ("client set", rp.client_id, "client_name=Another")), (120, ("client secret", rp.client_id))):
        rp.mount.clock.move(60)
        rp.mount.command(*command)
        assert kept(rp) == (began, began + seconds, who())


def test_a_change_that_changes_nothing_is_none(rp):
    before = kept(rp)
    rp.mount.clock.move(60)
    rp.mount.command("client set", rp.client_id, "client_name=The Relying Party")
    assert kept(rp) == before


@pytest.mark.parametrize("member", ["d", "k", "oth"])
def test_private_keys_of_a_client_are_not_taken(rp, member):
    """They would stand in the history, in exports and in the console for everybody who looks there."""
    jwks = {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", member: "c2VjcmV0"}]}
    with pytest.raises(Refused, match="jwks: has a private key in it"):
        rp.mount.command("client set", rp.client_id, "jwks=" + json.dumps(jwks))
    rp.mount.command("client set", rp.client_id, "jwks=" + json.dumps({"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}))


def test_a_scheme_without_a_dot_is_for_native_clients(rp):
    uri = "cursor://anysphere.cursor-retrieval/oauth/callback"
    described = {"client_id": unique("editor"), "redirect_uris": [uri], "token_endpoint_auth_method": "none"}
    with pytest.raises(Refused, match="application_type: must be native"):
        rp.mount.apply({"clients": [described]})
    rp.mount.apply({"clients": [described | {"application_type": "native"}]})


def test_a_page_of_a_client_may_have_whatever_query_it_has(rp):
    page = "https://rp.example/privacy?code=en&state=2"
    described = {"client_id": unique("client"), "redirect_uris": ["https://rp.example/cb"], "policy_uri": page}
    rp.mount.apply({"clients": [described]})
    assert rp.mount.command("client show", described["client_id"])["policy_uri"] == page

"""Laws of clients: what follows from what they registered."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.client import Client

LOOPBACK = "http://127.0.0.1/cb"


def test_a_loopback_port_is_free_only_for_native_clients():
    native = Client("c", application_type="native", redirect_uris=(LOOPBACK,))
    assert native.allows_redirect("http://127.0.0.1:51004/cb")
    assert not replace(native, application_type="web").allows_redirect("http://127.0.0.1:51004/cb")


@given(st.text(max_size=30))
def test_a_web_client_is_answered_where_it_registered_byte_for_byte(asked):
    client = Client("c", redirect_uris=("https://rp.example/cb", LOOPBACK))
    assert client.allows_redirect(asked) == (asked in ("https://rp.example/cb", LOOPBACK))


@pytest.mark.parametrize(
    "asked",
    ["https://rp.example/cb/", "https://rp.example/cb?", "https://rp.example/cb#", "HTTPS://rp.example/cb", "https://rp.example:443/cb"],
)
def test_what_means_the_same_is_not_the_same(asked):
    assert not Client("c", application_type="native", redirect_uris=("https://rp.example/cb",)).allows_redirect(asked)


def test_a_client_without_redirect_uris_is_answered_nowhere():
    assert not Client("c").allows_redirect("")
    assert not Client("c", application_type="native").allows_redirect(LOOPBACK)


def test_a_client_that_names_no_method_may_use_basic_or_post_and_one_that_does_only_that():
    assert Client("c").auth_methods == ("client_secret_basic", "client_secret_post")
    for method in ("client_secret_basic", "client_secret_post", "none"):
        assert Client("c", token_endpoint_auth_method=method).auth_methods == (method,)


def test_a_client_is_public_exactly_when_it_does_not_authenticate():
    assert Client("c", token_endpoint_auth_method="none").is_public
    assert not Client("c").is_public
    assert not Client("c", application_type="native").is_public


def test_a_client_that_registered_no_scope_has_the_standard_ones():
    assert Client("c").scopes == {"openid", "profile", "email", "address", "phone", "offline_access"}
    assert Client("c", scope="openid foo").scopes == {"openid", "foo"}


def test_code_and_refresh_are_what_a_client_gets_by_default():
    assert Client("c").response_types == ("code",)
    assert Client("c").grant_types == ("authorization_code", "refresh_token")
    assert Client("c").id_token_signed_response_alg == "RS256"


def test_a_client_without_a_name_is_called_by_its_id():
    assert Client("c").name == "c"
    assert Client("c", client_name="Shop").name == "Shop"


def test_a_client_is_a_value():
    client = Client("c")
    assert client == Client("c")
    assert hash(client) == hash(Client("c"))
    with pytest.raises(FrozenInstanceError):
        client.scope = "openid"

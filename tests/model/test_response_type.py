"""Response types."""

import pytest

from oidc_op.model.response_type import RESPONSE_TYPES, fragment_encoded, ordered


def test_the_order_of_words_means_nothing():
    assert ordered("token id_token") == "id_token token"
    assert ordered("token code id_token") == "code id_token token"


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_each_is_written_in_order(response_type):
    assert ordered(response_type) == response_type


@pytest.mark.parametrize("text", ["", "code  token", " code", "code code", "none code"])
def test_what_is_none(text):
    assert ordered(text) not in RESPONSE_TYPES


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_servers_see_no_token(response_type):
    assert fragment_encoded(response_type) is ("token" in response_type)

"""Laws of the names that records have in paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.resources.admin import key_of, segment_of


@given(st.text(min_size=1, max_size=30))
def test_every_key_has_a_name_that_needs_no_encoding_and_is_its_alone(key):
    segment = segment_of(key)
    assert segment.isascii()
    assert not set(segment) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~")
    assert key_of(segment) == key


@given(st.text(max_size=30))
def test_a_name_is_the_one_that_its_key_has_or_none(segment):
    try:
        key = key_of(segment)
    except KeyError:
        return
    assert segment_of(key) == segment


@pytest.mark.parametrize("segment", ["", "+new", "a.b", "~", "~YQ", "~YQ==", "~ü", "~.", "~" + "A" * 5])
def test_what_is_no_name(segment):
    with pytest.raises(KeyError):
        key_of(segment)

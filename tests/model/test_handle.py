"""Laws of handles: where a record lies, and who may show that they hold one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.handle import DAILY, DAY, GRACE, HANDLE, HOUR, KEY, Handle, draw_key, named_key, read_key, slice_ends_at

moments = st.integers(min_value=0, max_value=2**36)
anything = st.text(max_size=60)


@given(moments, st.booleans())
def test_a_slice_outlives_every_record_in_it_and_not_by_much(expires_at, daily):
    number, _ = read_key(draw_key(expires_at, daily=daily))
    span = DAY if daily else HOUR
    assert bool(number & DAILY) == daily
    assert expires_at + GRACE <= slice_ends_at(number) < expires_at + GRACE + span


@given(moments, st.booleans())
def test_keys_are_drawn_anew_each_time(expires_at, daily):
    first, second = draw_key(expires_at, daily=daily), draw_key(expires_at, daily=daily)
    assert first != second
    assert read_key(first)[0] == read_key(second)[0]


@given(moments, st.text(max_size=40))
def test_a_name_has_the_same_key_wherever_in_its_slice_it_is_asked_for(expires_at, name):
    end = -(-expires_at // HOUR) * HOUR
    assert named_key(expires_at, name) == named_key(end, name)
    assert named_key(end, name) != named_key(end + 1, name)
    assert named_key(end, name) != named_key(end, name + "x")


@given(moments)
def test_a_key_and_a_handle_are_url_safe_and_of_one_length(expires_at):
    key = draw_key(expires_at)
    handle = Handle.draw(key)
    assert KEY.fullmatch(key)
    assert HANDLE.fullmatch(str(handle))
    assert Handle.read(str(handle)) == handle


def test_a_handle_matches_its_own_digest_only():
    key = draw_key(0)
    one, other = Handle.draw(key), Handle.draw(key)
    assert one.matches(one.digest)
    assert not one.matches(other.digest)
    assert not one.matches(b"")
    assert one.secret.encode() not in one.digest


def test_the_secret_has_168_bits():
    secrets = {Handle.draw("A" * 16).secret for _ in range(200)}
    assert len(secrets) == 200
    assert all(len(secret) * 6 == 168 for secret in secrets)


@given(anything)
def test_what_is_not_44_characters_of_base64url_is_no_handle(text):
    handle = Handle.read(text)
    assert handle is None or str(handle) == text


@pytest.mark.parametrize("text", ["", "A" * 43, "A" * 45, "A" * 43 + "=", "A" * 43 + "\n", "A" * 43 + "é", "A" * 43 + "+", "٣" * 44])
def test_what_looks_like_one_is_none(text):
    assert Handle.read(text) is None


@pytest.mark.parametrize("text", ["", "A" * 15, "A" * 17, "A" * 15 + "/", "A" * 15 + "\n"])
def test_a_key_that_is_none_is_said_to_be_none(text):
    with pytest.raises(ValueError, match="not a key"):
        read_key(text)

"""Laws of signing keys: no token outlives the publication of the key that signed it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.key import Key

TOKEN = 10  # seconds that a token is good


@st.composite
def keys(draw):
    created = draw(st.integers(min_value=1, max_value=50))
    active = created + draw(st.integers(min_value=0, max_value=20))
    retired = draw(st.just(0) | st.integers(min_value=active, max_value=90))
    return Key("kid", "RS256", '{"kty":"RSA"}', "", created, active, retired, retired and retired + TOKEN)


@given(keys(), st.integers(min_value=0, max_value=120))
def test_what_it_signed_can_be_verified_until_it_ends(key, now):
    if key.signs(now):
        assert all(key.is_published(moment) for moment in (now, now + TOKEN - 1))


@given(keys(), st.integers(min_value=0, max_value=120))
def test_it_is_in_one_state_at_a_time(key, now):
    state = key.state(now)
    assert (state == "signing") == (key.signs(now) and key.is_published(now))
    assert (state == "gone") == (not key.is_published(now))
    assert (state == "published") == (now < key.active_at)
    assert state in ("published", "signing", "retired", "gone")


@given(keys())
def test_its_states_follow_each_other_and_never_return(key):
    order = ["published", "signing", "retired", "gone"]
    seen = [order.index(key.state(now)) for now in range(120)]
    assert seen == sorted(seen)


def test_the_public_half_is_read_anew_each_time():
    key = Key("kid", "RS256", '{"kty":"RSA"}', "")
    key.public_jwk["d"] = "x"
    assert key.public_jwk == {"kty": "RSA"}


def test_a_key_that_is_to_begin_later_waits_until_it_does():
    key = Key("k", "RS256", "{}", "", active_at=100)
    assert [key.is_waiting(now) for now in (99, 100)] == [True, False]
    assert not replace(key, retired_at=200).is_waiting(99)

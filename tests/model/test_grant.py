"""Laws of grants: what hangs from one, and when it is dead."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.grant import AccessToken, Grant, RefreshToken
from oidc_op.model.handle import Handle, draw_key

NOW = 1_000_000
MOST = 5  # access tokens


def grant(**changes):
    return replace(Grant(draw_key(NOW + 3600), "rp", "ann", ("openid",), NOW, NOW + 3600), **changes)


def with_tokens(made, *expiries, now=NOW):
    handles = [Handle.draw(made.key) for _ in expiries]
    for handle, expires_at in zip(handles, expiries, strict=True):
        made = made.with_access_token(AccessToken(handle.digest, expires_at), now, MOST)
    return made, handles


def test_a_grant_lives_until_it_ends_or_is_revoked():
    made = grant()
    assert made.is_live(NOW)
    assert made.is_live(NOW + 3599)
    assert not made.is_live(NOW + 3600)
    assert not made.revoked(NOW + 1).is_live(NOW + 2)


def test_revoking_leaves_nothing_that_could_be_used():
    made, (handle,) = with_tokens(grant(refresh_token=RefreshToken(b"x" * 32)), NOW + 60)
    dead = made.revoked(NOW)
    assert dead.refresh_token is None
    assert dead.access_token(handle, NOW) is None
    assert dead.code == made.code  # a used code has to be recognised


def test_a_token_is_found_by_its_bearer_until_it_ends():
    made, (one, other) = with_tokens(grant(), NOW + 60, NOW + 90)
    assert made.access_token(one, NOW).expires_at == NOW + 60
    assert made.access_token(one, NOW + 60) is None
    assert made.access_token(other, NOW + 60).expires_at == NOW + 90
    assert made.access_token(Handle.draw(made.key), NOW) is None


@given(st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=30))
def test_a_grant_keeps_no_more_than_a_few_live_tokens_the_newest(lifetimes):
    made, handles = with_tokens(grant(), *(NOW + lifetime for lifetime in lifetimes))
    assert len(made.access_tokens) == min(len(lifetimes), MOST)
    assert [token.digest for token in made.access_tokens] == [handle.digest for handle in handles[-MOST:]]


@given(st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=MOST - 1), st.integers(min_value=0, max_value=120))
def test_those_that_ended_make_room_first(lifetimes, later):
    made, _ = with_tokens(grant(), *(NOW + lifetime for lifetime in lifetimes))
    made, (handle,) = with_tokens(made, NOW + later + 1, now=NOW + later)
    assert all(token.expires_at > NOW + later for token in made.access_tokens)
    assert made.access_token(handle, NOW + later)


@given(st.integers(min_value=0, max_value=MOST - 1))
def test_one_token_can_go_without_the_others(which):
    made, handles = with_tokens(grant(refresh_token=RefreshToken(b"x" * 32)), *(NOW + 60 for _ in range(MOST)))
    less = made.without_access_token(made.access_token(handles[which], NOW))
    assert [handle for handle in handles if less.access_token(handle, NOW) is None] == [handles[which]]
    assert replace(less, access_tokens=made.access_tokens) == made

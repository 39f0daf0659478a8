"""Laws of consents: what a standing answer covers, and until when."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.consent import Consent, consent_key

names = st.sets(st.sampled_from(["openid", "profile", "email", "phone", "offline_access"]))
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=10)


@given(names, names, st.integers(min_value=0, max_value=20))
def test_it_covers_what_was_allowed_and_only_while_it_stands(allowed, asked, now):
    consent = Consent("ann", "rp", tuple(allowed), given_at=0, expires_at=10)
    assert consent.covers(asked, now) == (asked <= allowed and now < 10)


def test_an_answer_that_was_never_given_covers_nothing():
    assert not Consent("ann", "rp").covers((), 0)


@given(names, st.integers(min_value=0, max_value=20))
def test_an_answer_that_was_taken_back_does_not_stand_until_it_is_given_again(allowed, now):
    consent = Consent("ann", "rp", tuple(allowed), given_at=0, expires_at=10).taken_back(now, now + 100)
    assert not consent.stands(now)
    assert not consent.stands(now + 50)
    assert consent.valid_after > now
    assert replace(consent, scopes=("openid",), given_at=consent.valid_after).stands(now + 1)
    assert consent.taken_back(now, now + 100).valid_after > consent.valid_after  # in the same second, too


@given(printable, printable, printable, printable)
def test_two_pairs_of_names_have_two_keys(sub, client_id, other_sub, other_client_id):
    same = (sub, client_id) == (other_sub, other_client_id)
    assert (consent_key(sub, client_id) == consent_key(other_sub, other_client_id)) == same
    assert Consent(sub, client_id).key == consent_key(sub, client_id)

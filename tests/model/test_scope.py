"""Laws of scopes (RFC 6749 §3.3, OIDC Core §5.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.scope import STANDARD_CLAIMS, STANDARD_SCOPES, join_scope, split_scope

values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=12)


@given(st.lists(values, unique=True))
def test_splitting_undoes_joining(scopes):
    assert split_scope(join_scope(scopes)) == tuple(scopes)


@given(st.lists(values), st.integers(min_value=1, max_value=3))
def test_order_stays_and_each_value_counts_once(scopes, blanks):
    assert split_scope((" " * blanks).join(scopes + scopes)) == tuple(dict.fromkeys(scopes))


@given(st.text(max_size=20))
def test_a_scope_is_split_or_refused(text):
    try:
        found = split_scope(text)
    except ValueError:
        assert text.strip(" ")
    else:
        assert set(found) == {value for value in text.split(" ") if value}


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\tb", "a\nb", "é", "a\0", "a\x7f"])
def test_characters_that_a_scope_may_not_have(text):
    with pytest.raises(ValueError, match="not a scope value"):
        split_scope(f"openid {text}")


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_blank_is_none(text):
    assert split_scope(text) == ()


def test_the_standard_scopes_ask_for_the_claims_of_the_specification():
    by_name = {scope.name: scope.claims for scope in STANDARD_SCOPES}
    assert set(by_name) == {"openid", "profile", "email", "address", "phone", "offline_access"}
    assert len(by_name["profile"]) == 14
    assert by_name["openid"] == by_name["offline_access"] == ()
    assert {name: by_name[name] for name in STANDARD_CLAIMS} == STANDARD_CLAIMS


def test_people_are_told_of_each_in_words():
    assert all(scope.title and scope.description.endswith(".") for scope in STANDARD_SCOPES)

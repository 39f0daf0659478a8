"""Laws of accounts: how user names are compared, and what a person is called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.model.account import Account, normalized


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann", "ann"),
        ("  ann ", "ann"),
        ("ANN@EXAMPLE.COM", "ann@example.com"),
        ("Strauß", "STRAUSS"),
        ("\uff21\uff2e\uff2e", "ann"),  # full width, as some keyboards type it
        ("Ame\u0301lie", "Am\u00e9lie"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_the_same_name_typed_in_two_ways(typed, kept):
    assert normalized(typed) == normalized(kept)


@pytest.mark.parametrize(("one", "other"), [("ann", "anna"), ("ann", "a nn"), ("ann", "änn"), ("", "ann")])
def test_two_names(one, other):
    assert normalized(one) != normalized(other)


@given(st.text(max_size=20))
def test_how_characters_are_composed_makes_no_difference(text):
    assert normalized(unicodedata.normalize("NFD", text)) == normalized(unicodedata.normalize("NFC", text))


def test_a_person_is_called_by_name_then_user_name_then_sub():
    assert Account("1", "ann", claims='{"name": "Ann Example"}').display_name == "Ann Example"
    assert Account("1", "ann").display_name == "ann"
    assert Account("1").display_name == "1"


def test_claims_are_a_new_dictionary_each_time():
    account = Account("1", claims='{"email": "ann@example.com"}')
    account.claim_values["email"] = "eve@example.com"
    assert account.email == "ann@example.com"
    assert Account("1").email == ""

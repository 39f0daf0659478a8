"""Laws of the standard claims: what each may be, and what is made of what comes near (OIDC Core §5.1)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.protocol.claim_types import STANDARD, checked, typed

KEPT = [
    ("name", " Ann Example ", "Ann Example"),
    ("name", "Jo Null", "Jo Null"),
    ("website", "https://ann.example/me?x=1#y", "https://ann.example/me?x=1#y"),
    ("profile", "http://localhost:8080/ann", "http://localhost:8080/ann"),
    ("picture", "https://xn--exmple-cua.example/%C3%A4.png", "https://xn--exmple-cua.example/%C3%A4.png"),
    ("locale", "en", "en"),
    ("locale", "de-CH-1996", "de-CH-1996"),
    ("locale", "en_US", "en-US"),
    ("locale", "x-klingon", "x-klingon"),
    ("zoneinfo", "Europe/Berlin", "Europe/Berlin"),
    ("zoneinfo", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("zoneinfo", "UTC", "UTC"),
    ("birthdate", "1990-05-17", "1990-05-17"),
    ("birthdate", "0000-02-29", "0000-02-29"),
    ("birthdate", "1990", "1990"),
    ("birthdate", 1990, "1990"),
    ("birthdate", date(1990, 5, 17), "1990-05-17"),  # as YAML reads it
    ("updated_at", "1700000000", 1700000000),
    ("email_verified", "TRUE", True),
    ("phone_number_verified", False, False),
    ("address", {"country": "DE", "locality": "", "region": "null", "planet": "Earth"}, {"country": "DE"}),
]
REFUSED = [
    *[("name", value) for value in ("", " ", "null", None, True, ["Ann"])],
    *[("website", value) for value in ("not a url", "ann.example", "/me", "ftp://ann.example", "https://", "https://ann.example:port/")],
    *[("profile", value) for value in ("javascript:alert(1)", "https://ann.example/a b", 'https://ann.example/"', "null", 7)],
    *[("picture", value) for value in ("data:image/png;base64,AA==", "https://[::1")],
    *[("locale", value) for value in ("no locale!", "", "e", "en-", "-en", "en--US", "null", "englishman")],
    *[("zoneinfo", value) for value in ("Mars/Olympus", "../etc/passwd", "/etc/localtime", "europe", "GMT+25", "null")],
    *[("birthdate", value) for value in ("2020-13-45", "2021-02-29", "17.5.1990", "90-05-17", "0000", "", "null")],
    ("birthdate", datetime(1990, 5, 17, 12, tzinfo=UTC)),
    *[("updated_at", value) for value in (-5, 0, 1_700_000_000_000, "soon", None, True, float("inf"), float("nan"))],
    *[("email_verified", value) for value in ("perhaps", 1, None, "")],
    *[("address", value) for value in ({}, {"country": ""}, {"country": "null"}, "Berlin", None)],
]


@pytest.mark.parametrize(("name", "value", "kept"), KEPT)
def test_what_a_claim_may_be_is_kept_in_its_type(name, value, kept):
    assert typed(name, value) == checked(name, value) == kept
    assert type(typed(name, value)) is type(kept)
    assert typed(name, kept) == kept


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_what_it_may_not_be_is_left_out_and_where_it_was_typed_in_refused(name, value):
    assert typed(name, value) is None
    with pytest.raises(ValueError, match=r"must be .+ \(OpenID Connect Core §5\.1\)"):
        checked(name, value)


def test_other_claims_are_whatever_they_are():
    assert checked("department", None) is None
    assert checked("department", "null") == "null"


@given(
    st.sampled_from(sorted(STANDARD)),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text()),
)
def test_whatever_a_host_fills_in_is_typed_or_left_out(name, value):
    kept = typed(name, value)
    assert kept is None or typed(name, kept) == kept
    assert kept not in ("", "null", {})

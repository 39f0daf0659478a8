"""Settings: how each kind is read, and what is said of those that are wrong."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.config.django_settings import adopt, obsolete
from oidc_op.config.settings import PREFIX, Settings, table
from oidc_op.config.settings_reader import Faults, check, read, unknown

ISSUER = "https://id.example.com"


def one(key, value):
    """A setting read by itself, and what is said of it."""
    faults = Faults()
    settings = read({PREFIX + key: value}, faults)
    return getattr(settings, key), list(faults)


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("https://id.example.com", "https://id.example.com"),
        ("https://id.example.com/", "https://id.example.com"),
        ("https://id.example.com/openid/", "https://id.example.com/openid"),
        ("https://id.example.com:8443/a/b", "https://id.example.com:8443/a/b"),
        ("http://localhost:6543", "http://localhost:6543"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:6543", "http://[::1]:6543"),
    ],
)
def test_an_issuer(text, issuer):
    assert one("issuer", text) == (issuer, [])


@pytest.mark.parametrize(
    "text",
    [
        "id.example.com",
        "http://id.example.com",
        "https://",
        "https:///x",
        "ftp://id.example.com",
        "https://id.example.com?x=1",
        "https://id.example.com#x",
        "https://ann@id.example.com",
        "https://id.example.com:port",
        "https://id.exämple.com",
        "https://id.example.com/a b",
        "http://localhost.example.com",
        "javascript:alert(1)",
        "https://[::1",
    ],
)
def test_what_is_no_issuer(text):
    value, (fault,) = one("issuer", text)
    assert value == ""
    assert fault.startswith(f"oidc.issuer = {text!r}: must be an https URL")


@given(st.integers(min_value=-5, max_value=10**9))
def test_seconds_are_positive_whole_numbers(number):
    value, faults = one("code_expire", str(number))
    assert (value, bool(faults)) == ((number, False) if number > 0 else (600, True))


@pytest.mark.parametrize("text", ["", "  ", None])
def test_blank_is_the_default(text):
    assert one("code_expire", text) == (600, [])


@pytest.mark.parametrize("text", ["-3", "0", "1.5", "ten", "1e3", "٣", "+1", "0x10", "1_000"])
def test_what_is_no_number_of_seconds(text):
    value, faults = one("code_expire", text)
    assert value == 600
    assert faults == [f"oidc.code_expire = {text!r}: must be a positive whole number"]


def test_some_may_be_nothing():
    assert one("refresh_retry_expire", "0") == (0, [])
    assert one("discovery_cache_expire", "0") == (0, [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("Yes", True), ("on", True), ("1", True), ("FALSE", False), ("no", False), ("off", False), ("0", False)],
)
def test_true_and_false(text, value):
    assert one("pkce_plain", text) == (value, [])


def test_neither_true_nor_false():
    assert one("pkce_plain", "maybe") == (False, ["oidc.pkce_plain = 'maybe': must be true or false"])


def test_a_hosts_settings_may_be_python_values():
    assert one("pkce_plain", True) == (True, [])
    assert one("code_expire", 60) == (60, [])
    assert one("includes", ["a.b", "c"]) == (("a.b", "c"), [])


def test_lists_are_separated_by_blanks_and_lines():
    assert one("includes", " a.b\n  c\td ") == (("a.b", "c", "d"), [])


@pytest.mark.parametrize("text", ["/login", "/login?x=1", "https://host.example/login", "http://localhost/login"])
def test_a_sign_in_page(text):
    assert one("login_url", text) == (text, [])


@pytest.mark.parametrize("text", ["login", "//evil.example/login", "javascript:alert(1)"])
def test_what_is_no_sign_in_page(text):
    assert one("login_url", text)[1]


def test_everything_wrong_is_said_at_once():
    faults = Faults()
    read({"oidc.code_expire": "-3", "oidc.pkce_plain": "maybe", "oidc.issuer": "x", "oidc.token_expire": "60"}, faults)
    assert sorted(fault.partition(" ")[0] for fault in faults) == ["oidc.code_expire", "oidc.issuer", "oidc.pkce_plain"]


def test_an_unknown_key_is_told_the_nearest_known_one():
    known = [each.key for each in table()]
    assert unknown({"oidc.code_expires": "1", "oidc.isuer": "x", "pyramid.x": "", "zodbconn.uri": ""}, known) == [
        "oidc.code_expires: there is no such setting; did you mean oidc.code_expire?",
        "oidc.isuer: there is no such setting; did you mean oidc.issuer?",
    ]
    assert unknown({"oidc.zzzzzzzz": ""}, known) == ["oidc.zzzzzzzz: there is no such setting"]


def test_the_issuer_may_be_absent_in_development_only():
    assert "oidc.issuer is missing" in check(Settings())[0]
    assert check(Settings(development=True)) == check(Settings(issuer=ISSUER)) == []


def test_the_sites_url_is_the_origin_of_the_issuer():
    assert check(Settings(issuer=f"{ISSUER}/openid", site_url=ISSUER)) == []
    assert "https://id.example.com" in check(Settings(issuer=ISSUER, site_url="https://other.example.com"))[0]


def test_plain_pkce_is_offered_only_where_it_was_asked_for():
    assert Settings().code_challenge_methods == ("S256",)
    assert Settings(pkce_plain=True).code_challenge_methods == ("S256", "plain")


def test_each_setting_has_a_line_of_help_and_durations_their_unit():
    lines = table()
    assert {line.name for line in lines} == {each.name for each in fields(Settings) if each.metadata}
    for line in lines:
        assert line.help.endswith("."), line.key
        if line.key.endswith("_expire"):
            assert line.kind.unit in ("seconds", "days")


def test_the_seeds_defaults_are_ours():
    settings = Settings()
    assert (settings.code_expire, settings.token_expire, settings.idtoken_expire, settings.skip_consent_expire) == (600, 3600, 600, 90)


def test_settings_that_have_no_meaning_any_more_are_told_with_what_to_do_instead():
    given = {"OIDC_RSA_KEY_FOLDER": "/keys", "OIDC_SKIP_CONSENT_ALWAYS": "true", "oidc.issuer": "https://id.example.com"}
    assert [each.partition(": ")[0] for each in obsolete(given)] == [
        "the setting OIDC_SKIP_CONSENT_ALWAYS has no effect",
        "the setting OIDC_RSA_KEY_FOLDER has no effect",
    ]
    assert adopt(dict(given), faults := []) == {}
    assert faults == []

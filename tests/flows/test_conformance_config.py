"""``oidcc-discovery-endpoint-verification`` of the conformance suite, by its numbered requirements."""

import re
from urllib.parse import urlsplit

import pytest
from suite import ALL, CLAIMS

pytestmark = pytest.mark.mounts("transports")

SCHEMA = {
    "issuer": str,
    "authorization_endpoint": str,
    "token_endpoint": str,
    "userinfo_endpoint": str,
    "jwks_uri": str,
    "end_session_endpoint": str,
    "introspection_endpoint": str,
    "introspection_endpoint_auth_methods_supported": list,
    "revocation_endpoint": str,
    "revocation_endpoint_auth_methods_supported": list,
    "scopes_supported": list,
    "response_types_supported": list,
    "response_modes_supported": list,
    "grant_types_supported": list,
    "subject_types_supported": list,
    "id_token_signing_alg_values_supported": list,
    "token_endpoint_auth_methods_supported": list,
    "code_challenge_methods_supported": list,
    "claims_supported": list,
    "prompt_values_supported": list,
    "authorization_response_iss_parameter_supported": bool,
    "claims_parameter_supported": bool,
    "request_parameter_supported": bool,
    "request_uri_parameter_supported": bool,
}


def is_secure(url, mount):
    """https, but for the mounts that are served on this machine."""
    return urlsplit(url).scheme == ("https" if mount.issuer.startswith("https:") else "http") and urlsplit(url).hostname in (
        {"127.0.0.1"} if url.startswith("http:") else {urlsplit(mount.issuer).hostname}
    )


def test_config_1_the_document_is_where_the_issuer_says(suite):
    document = suite.metadata
    url = urlsplit(document["issuer"])
    assert document["issuer"] == suite.mount.issuer
    assert url.scheme == "https" or url.hostname == "127.0.0.1"
    assert (url.query, url.fragment, url.username) == ("", "", None)
    assert not document["issuer"].endswith("/")


def test_config_2_code_is_a_response_type(suite):
    assert "code" in suite.metadata["response_types_supported"]


def test_config_3_grant_types_are_named(suite):
    assert {"authorization_code", "refresh_token"} <= set(suite.metadata["grant_types_supported"])


def test_config_4_subjects_are_public(suite):
    assert "public" in suite.metadata["subject_types_supported"]


def test_config_5_rs256_signs_id_tokens_and_none_does_not(suite):
    algorithms = suite.metadata["id_token_signing_alg_values_supported"]
    assert "RS256" in algorithms
    assert "none" not in algorithms


def test_config_6_every_endpoint_is_as_secure_as_the_issuer_and_is_there(suite):
    document = suite.metadata
    urls = {name: value for name, value in document.items() if name.endswith("_endpoint")}
    assert {"authorization_endpoint", "token_endpoint", "userinfo_endpoint"} <= set(urls)
    for name, url in urls.items():
        assert is_secure(url, suite.mount), name
        assert url.startswith(f"{document['issuer']}/"), name
        assert suite.mount.send("GET", url).status in (200, 303, 400, 401, 405), name  # it is there, and asks for more


def test_config_7_the_keys_are_fetched_as_securely(suite):
    url = suite.metadata["jwks_uri"]
    assert is_secure(url, suite.mount)
    reply = suite.mount.send("GET", url)
    assert (reply.status, reply.header("Content-Type").partition(";")[0]) == (200, "application/json")
    assert all(key["kid"] for key in reply.json["keys"])
    assert len(reply.json["keys"]) >= 2


def test_config_8_scopes_and_claims_are_named(suite):
    document = suite.metadata
    assert set(ALL.split()) <= set(document["scopes_supported"])
    assert all(re.fullmatch(r"[\x21\x23-\x5B\x5D-\x7E]+", scope) for scope in document["scopes_supported"])
    assert set(CLAIMS) | {"sub"} <= set(document["claims_supported"])


def test_config_9_what_is_not_supported_is_said_not_to_be(suite):
    document = suite.metadata
    for name in ("request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported"):
        assert document[name] is False
    assert "request_object_signing_alg_values_supported" not in document
    assert suite.ask(request="e30.e30.").error == "request_not_supported"
    assert suite.ask(request_uri="https://suite.test/request").error == "request_uri_not_supported"


def test_config_10_s256_is_the_challenge_method(suite):
    assert suite.metadata["code_challenge_methods_supported"] == ["S256"]


def test_config_11_no_locales_are_named_while_pages_have_one_language_only(suite):
    assert not [name for name in suite.metadata if name.endswith("_locales_supported")]
    shown = [suite.ask(ui_locales=locale, stop_at="login").reply for locale in ("en", "de-CH se")]
    assert [re.search(r'<html lang="([^"]*)"', reply.text)[1] for reply in shown] == ["en", "en"]


def test_config_12_every_member_is_registered_and_of_its_type(suite):
    for name, value in suite.metadata.items():
        assert isinstance(value, SCHEMA[name]), name
        if isinstance(value, list):
            assert value, name
            assert all(isinstance(each, str) for each in value)
            assert len(set(value)) == len(value), name

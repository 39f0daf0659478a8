"""``oidcc-discovery-endpoint-verification`` of the conformance suite, by its numbered requirements."""

import re
from urllib.parse import urlsplit

from suite import ALL, CLAIMS

SCHEMA = {
    "issuer": str,
    "authorization_endpoint": str,
    "token_endpoint": str,
    "userinfo_endpoint": str,
    "jwks_uri": str,
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


def test_config_1_the_document_is_where_the_issuer_says(suite):
    document = suite.metadata
    url = urlsplit(document["issuer"])
    assert document["issuer"] == suite.mount.issuer
    assert url.scheme == "https" or url.hostname == "127.0.0.1"
    assert (url.query, url.fragment, url.username) == ("", "", None)
    assert not document["issuer"].endswith("/")


def test_config_2_and_3_code_is_a_response_type_and_grant_types_are_named(suite):
    assert "code" in suite.metadata["response_types_supported"]
    assert {"authorization_code", "refresh_token"} <= set(suite.metadata["grant_types_supported"])


def test_config_4_subjects_are_public(suite):
    assert "public" in suite.metadata["subject_types_supported"]


def test_config_5_rs256_signs_id_tokens_and_none_does_not(suite):
    algorithms = suite.metadata["id_token_signing_alg_values_supported"]
    assert "RS256" in algorithms
    assert "none" not in algorithms


def test_config_6_and_7_every_endpoint_lies_below_the_issuer(suite):
    document = suite.metadata
    urls = {name: value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))}
    assert {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"} <= set(urls)
    for name, url in urls.items():
        assert url.startswith(f"{document['issuer']}/"), name
        assert suite.mount.send("GET", url).status != 404, name


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


def test_config_11_no_locales_are_named_that_are_none(suite):
    document = suite.metadata
    for name in ("ui_locales_supported", "claims_locales_supported"):
        assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", locale) for locale in document.get(name, []))


def test_config_12_every_member_is_registered_and_of_its_type(suite):
    for name, value in suite.metadata.items():
        assert isinstance(value, SCHEMA[name]), name
        if isinstance(value, list):
            assert value, name
            assert all(isinstance(each, str) for each in value)
            assert len(set(value)) == len(value), name

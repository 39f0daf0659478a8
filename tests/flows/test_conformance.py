"""What every module of the conformance suite that runs a flow checks, by its number in our list: C1 to C22."""

import re
import time
from urllib.parse import urlsplit

import pytest
from rp import Form, RelyingParty
from suite import ALL, CALLBACK, CLAIMS, DESCRIPTION, DUMMY, STATE, TYPES, YEAR, header, is_text, left_half

pytestmark = pytest.mark.mounts("root", "served", "postgresql")


def test_c1_the_metadata_has_what_a_flow_needs(suite):
    reply = suite.get(".well-known/openid-configuration")
    assert (reply.status, reply.header("Content-Type").partition(";")[0]) == (200, "application/json")
    assert {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(reply.json)


def test_c2_the_key_set_is_public_and_every_key_has_a_kid_of_its_own(suite):
    keys = suite.mount.send("GET", suite.metadata["jwks_uri"]).json["keys"]
    assert keys
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key)
        assert (key["kty"], key["alg"]) in (("RSA", "RS256"), ("EC", "ES256"))
        assert key["kid"]
        assert {"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}}[key["kty"]] <= set(key)
    assert len({key["kid"] for key in keys}) == len(keys)


def test_c3_the_method_in_use_is_advertised(suite):
    assert {"client_secret_basic", "client_secret_post", "none"} <= set(suite.metadata["token_endpoint_auth_methods_supported"])


@pytest.mark.parametrize(("mode", "part"), [(None, "query"), ("query", "query"), ("fragment", "fragment"), ("form_post", "form")])
def test_c8_the_state_comes_back_in_the_right_part_and_nothing_elsewhere(suite, mode, part):
    answer = suite.ask(response_mode=mode)
    assert (answer.part, answer.params["state"]) == (part, STATE)
    assert not {"error", "error_description", "error_uri"} & set(answer.params)
    if part != "query":
        assert not urlsplit(answer.url).query or part == "form"
    if part == "form":
        assert Form.of(answer.reply.text).action == CALLBACK


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_c9_a_query_of_the_redirect_uri_is_kept(make_suite, mode):
    suite = make_suite(redirect_uris=[DUMMY])
    answer = suite.ask(response_mode=mode)
    where = Form.of(answer.reply.text).action if mode == "form_post" else answer.url
    assert where.startswith(DUMMY)
    assert suite.redeem(answer)["access_token"]


@pytest.mark.parametrize("changes", [{}, {"prompt": "none"}, {"response_mode": "form_post"}])
def test_c10_iss_is_the_issuer(suite, changes):
    assert suite.ask(**changes).params["iss"] == suite.metadata["issuer"] == suite.mount.issuer


def test_c11_form_post_is_a_posted_form_with_everything_in_its_body(suite):
    reply = suite.ask(response_mode="form_post").reply
    assert reply.header("Content-Type").startswith("text/html")
    tag = re.search(r"<form\b([^>]*)>", reply.text).group(1)
    assert 'method="post"' in tag.lower()
    assert "enctype" not in tag.lower()  # urlencoded is what a form is without it
    assert f'action="{CALLBACK}"' in tag
    assert {name for name, _ in Form.of(reply.text).hidden} == {"code", "state", "iss"}


def test_c12_the_token_response_is_json_with_its_members(suite):
    reply = suite.rp.post("token", {"grant_type": "authorization_code", "code": suite.ask().code, "redirect_uri": CALLBACK}, status=200)
    assert reply.header("Content-Type").partition(";")[0] == "application/json"
    assert reply.json["access_token"]
    assert reply.json["id_token"]
    assert reply.json["token_type"].lower() == "bearer"
    assert type(reply.json["expires_in"]) is int
    assert 1 <= reply.json["expires_in"] <= YEAR


def test_c14_basic_credentials_are_form_encoded_and_asked_for_by_no_challenge(make_suite):
    suite = make_suite(client_secret="se+cret %/?&=: and more than 32 bytes of it")
    assert suite.redeem(suite.ask())["access_token"]


def test_c15_the_id_token_says_who_for_whom_by_whom_and_when(suite):
    _, _, claims = suite.flow(nonce="n-0S6_WzA2Mj")
    now = time.time()
    assert claims["iss"] == suite.mount.issuer
    assert claims["aud"] == suite.rp.client_id
    assert now < claims["exp"] < now + YEAR
    assert abs(now - claims["iat"]) < 300
    assert TYPES["sub"](claims["sub"])
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert type(claims["auth_time"]) is int
    assert claims["auth_time"] <= now
    assert all(map(is_text, claims["amr"]))
    assert "acr" not in claims or is_text(claims["acr"])
    assert "nonce" not in suite.flow(nonce=None)[2]


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_c16_the_id_token_is_signed_by_a_published_key_which_its_header_names(make_suite, alg):
    suite = make_suite(**({"id_token_signed_response_alg": alg} if alg != "RS256" else {}))
    _, tokens, claims = suite.flow()
    assert claims["sub"]  # the signature was verified with the published keys
    assert header(tokens["id_token"])["alg"] == alg
    assert header(tokens["id_token"])["kid"] in {key["kid"] for key in suite.get("jwks").json["keys"] if key["alg"] == alg}


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_c17_at_hash_is_the_left_half_of_the_access_tokens_hash(make_suite, alg):
    _, tokens, claims = make_suite(id_token_signed_response_alg=alg).flow()
    assert claims["at_hash"] == left_half(tokens["access_token"])
    assert "c_hash" not in claims


def test_c18_every_id_token_of_a_flow_has_the_same_issuer_and_subject(suite):
    _, tokens, first = suite.flow()
    again = suite.rp.claims(suite.rp.refresh(tokens["refresh_token"])["id_token"])
    assert (again["iss"], again["sub"]) == (first["iss"], first["sub"])


@pytest.mark.parametrize("claims", [CLAIMS, {"name": "Alice", "email": "alice@example.com"}])
def test_c19_standard_claims_have_their_json_types_and_are_never_empty(make_suite, claims):
    suite = make_suite()
    suite.mount.apply({"accounts": [{"username": suite.rp.username, "claims": claims}]})
    _, tokens, _ = suite.flow(scope=ALL)
    found = suite.rp.userinfo(tokens["access_token"])
    assert set(claims) <= set(found)
    for name, value in found.items():
        assert TYPES[name](value), (name, value)


MALFORMED = {
    "name": ("null", "", "  ", None, ["Alice"], {"en": "Alice"}),
    "website": ("not a url", "alice.example", "javascript:alert(1)", "https://"),
    "profile": ("javascript:alert(1)", "data:text/html,x"),
    "picture": ("me.png", 7),
    "locale": ("no locale!", "english please", ""),
    "zoneinfo": ("Mars/Olympus", "../../etc/passwd", "CEST+"),
    "birthdate": ("2020-13-45", "16.10.1987", "1987-02-30"),
    "updated_at": (-5, 0, "yesterday", True),
    "email_verified": ("perhaps", 1, None),
    "phone_number_verified": ("", "yes"),
    "address": ({}, {"country": ""}, {"country": None, "planet": "Mars"}, "1 Street", []),
}


@pytest.mark.parametrize("source", ["accounts", "claims_of"])
@pytest.mark.parametrize("name", MALFORMED)
def test_c19_claims_that_are_no_such_thing_are_left_out_wherever_they_come_from(open_mount, source, name):
    """Kept ones are refused by the commands; here a host's accounts and an extension's scope give them out."""
    with open_mount("root", **{"oidc.includes": "pkgs.clock pkgs.hasty pkgs.odd"}) as mount:
        rp = RelyingParty(mount, {"scope": f"{ALL} odd"}, {"claims": {}})  # nothing is filled in from the account
        token = rp.tokens(scope="openid odd" if source == "claims_of" else ALL)["access_token"]
        for value in MALFORMED[name]:
            mount.notes.add(source, {name: value, "nickname": "al"})
            found = rp.userinfo(token)
            assert found["nickname"] == "al"
            assert name not in found, value
        mount.notes.add(source, {name: CLAIMS[name]})
        assert rp.userinfo(token)[name] == CLAIMS[name]


@pytest.mark.parametrize("birthdate", ["1987-10-16", "0000-10-16", "1987", "0000-02-29"])
def test_c19_a_birthdate_may_leave_out_the_year_or_be_one(make_suite, birthdate):
    suite = make_suite()
    suite.mount.apply({"accounts": [{"username": suite.rp.username, "claims": {"birthdate": birthdate}}]})
    assert suite.rp.userinfo(suite.flow(scope=ALL)[1]["access_token"])["birthdate"] == birthdate


def test_c20_userinfo_is_about_the_person_of_the_id_token(suite):
    _, tokens, claims = suite.flow()
    reply = suite.mount.send("GET", suite.metadata["userinfo_endpoint"], [("Authorization", f"Bearer {tokens['access_token']}")])
    assert (reply.status, reply.header("Content-Type").partition(";")[0]) == (200, "application/json")
    assert reply.json["sub"] == claims["sub"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": 'a "quoted" \\ one'}, 400, "unsupported_grant_type"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": 'a "quoted" \\ one'}, 400, "invalid_grant"),
        ({"redirect_uri": "https://suite.test/ä"}, 400, "invalid_grant"),
        ({"client_id": "somebody else"}, 401, "invalid_client"),
        ({"client_secret": "twice"}, 400, "invalid_request"),
    ],
)
def test_c21_errors_of_the_token_endpoint_are_json_with_registered_codes_and_plain_descriptions(suite, changes, status, error):
    fields = {"grant_type": "authorization_code", "code": suite.ask().code, "redirect_uri": CALLBACK} | changes
    reply = suite.rp.post("token", fields, status=status)
    assert reply.header("Content-Type").partition(";")[0] == "application/json"
    assert reply.header("Cache-Control") == "no-store"
    assert set(reply.json) == {"error", "error_description"}
    assert reply.json["error"] == error
    assert DESCRIPTION.fullmatch(reply.json["error_description"])


@pytest.mark.parametrize(("mode", "part"), [(None, "query"), ("fragment", "fragment"), ("form_post", "form")])
@pytest.mark.parametrize("changes", [{"prompt": "none"}, {"scope": None}, {"request": "e30.e30."}, {"max_age": "soon"}])
def test_c22_errors_go_to_the_client_with_the_state_and_without_a_code(suite, mode, part, changes):
    answer = suite.ask(response_mode=mode, **changes)
    assert (answer.part, answer.params["state"], answer.pages) == (part, STATE, [])
    assert set(answer.params) == {"error", "error_description", "state", "iss"}
    assert DESCRIPTION.fullmatch(answer.params["error_description"])

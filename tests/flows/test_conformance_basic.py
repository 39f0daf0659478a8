"""The rows of the certification plans with static clients: a test per module, under its name.

Each says to which response types it belongs; it is run in their default response mode and, as the Form Post plans do, in form_post.
"""

import base64
import json
import re

import pytest
from plans import BASIC, HYBRID, IMPLICIT, plans
from rp import FORM
from suite import ADDRESS, CALLBACK, CLAIMS, EMAIL, PHONE, PROFILE, bits, target

EVERY = (*BASIC, *IMPLICIT, *HYBRID)
WITH_TOKEN = tuple(each for each in EVERY if each != "id_token")


@plans(*EVERY)
def test_oidcc_server(suite):
    answer, tokens, claims = suite.flow()
    assert ("code" in answer.params) == suite.plan.gives("code")
    assert ("access_token" in tokens) == (suite.plan.response_type != "id_token")
    for text in (answer.params.get("code"), answer.params.get("access_token"), tokens.get("access_token")):
        assert text is None or (len(text) * 6 >= 128 and bits(text) > 96)
    assert set(suite.learned(tokens, claims)) == {"sub"}


@plans("code", "id_token token", "code id_token")
def test_oidcc_response_type_missing(suite):
    answer = suite.ask(response_type=None)
    assert answer.error in ("unsupported_response_type", "invalid_request")


@plans(*WITH_TOKEN)
def test_oidcc_userinfo_get(suite):
    _, tokens, claims = suite.flow()
    assert suite.rp.userinfo(tokens["access_token"])["sub"] == claims["sub"]


@plans(*WITH_TOKEN)
def test_oidcc_userinfo_post_header(suite):
    _, tokens, claims = suite.flow()
    reply = suite.mount.send("POST", suite.rp.url("userinfo"), [("Authorization", f"Bearer {tokens['access_token']}")])
    assert (reply.status, reply.json["sub"]) == (200, claims["sub"])


@plans(*WITH_TOKEN)
def test_oidcc_userinfo_post_body(suite):
    _, tokens, claims = suite.flow()
    reply = suite.mount.send("POST", suite.rp.url("userinfo"), [("Content-Type", FORM)], f"access_token={tokens['access_token']}".encode())
    assert (reply.status, reply.json["sub"]) == (200, claims["sub"])


@plans("code", "code token")
def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite):
    assert "nonce" not in suite.flow(nonce=None)[2]


@plans(*EVERY)
@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("profile", PROFILE),
        ("email", EMAIL),
        ("address", ADDRESS),
        ("phone", PHONE),
        ("profile email address phone", set(CLAIMS)),
    ],
    ids=["profile", "email", "address", "phone", "all"],
)
def test_oidcc_scope(suite, scope, names):
    _, tokens, claims = suite.flow(scope=f"openid {scope}")
    assert suite.learned(tokens, claims) == {name: CLAIMS[name] for name in names} | {"sub": claims["sub"]}


@plans(*BASIC, *IMPLICIT, "code id_token")
def test_oidcc_alternate_happy_flow(suite):
    _, tokens, claims = suite.flow(scope="phone address email openid profile", nonce="n" * 43, state="s")
    assert set(suite.learned(tokens, claims)) == set(CLAIMS) | {"sub"}
    assert claims["nonce"] == "n" * 43


@plans(*EVERY)
@pytest.mark.parametrize("display", ["page", "popup"])
def test_oidcc_display(suite, display):
    assert suite.flow(display=display)[2]["sub"]


@plans(*EVERY)
def test_oidcc_prompt_login(suite):
    _, _, first = suite.flow()
    suite.mount.clock.move(1)
    answer, _, second = suite.flow(prompt="login")
    assert answer.pages == ["login"]
    assert second["sub"] == first["sub"]
    assert second["auth_time"] > first["auth_time"]


@plans(*EVERY)
def test_oidcc_prompt_none_not_logged_in(suite):
    answer = suite.ask(prompt="none")
    assert answer.error in ("login_required", "interaction_required", "account_selection_required", "consent_required")
    assert answer.pages == []


@plans(*EVERY)
def test_oidcc_prompt_none_logged_in(suite):
    _, _, first = suite.flow()
    suite.mount.clock.move(1)
    answer, _, second = suite.flow(prompt="none")
    assert answer.pages == []
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


@plans(*EVERY)
def test_oidcc_max_age_1(suite):
    _, _, first = suite.flow()
    suite.mount.clock.move(2)
    answer, _, second = suite.flow(max_age="1")
    assert answer.pages == ["login"]
    assert second["auth_time"] > first["auth_time"]


@plans(*EVERY)
def test_oidcc_max_age_10000(suite):
    _, _, first = suite.flow(max_age="10000")
    suite.mount.clock.move(1)
    answer, _, second = suite.flow(max_age="10000")
    assert answer.pages == []
    assert second["auth_time"] == first["auth_time"]


@plans(*EVERY)
def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite):
    assert suite.flow(extra="foobar")[2]["sub"]


@plans(*EVERY)
def test_oidcc_id_token_hint(suite):
    _, tokens, first = suite.flow()
    answer, _, second = suite.flow(prompt="none", id_token_hint=tokens["id_token"])
    assert answer.pages == []
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


@plans(*EVERY)
def test_oidcc_login_hint(suite):
    assert suite.flow(login_hint="buffy@suite.test")[2]["sub"]


@plans(*EVERY)
@pytest.mark.parametrize("name", ["ui_locales", "claims_locales"])
def test_oidcc_locales(suite, name):
    assert suite.flow(**{name: "se"})[2]["sub"]


@plans(*EVERY)
def test_oidcc_ensure_request_with_acr_values_succeeds(suite):
    advertised = suite.metadata.get("acr_values_supported")
    _, _, claims = suite.flow(acr_values=" ".join(advertised or ["1", "2"]))
    assert claims["sub"]
    assert claims.get("acr") in (advertised or [None])  # one of those, and none where none is to be had


@plans(*BASIC, *HYBRID)
def test_oidcc_codereuse(suite):
    answer = suite.ask()
    suite.redeem(answer)
    assert suite.redeem(answer, status=400)["error"] == "invalid_grant"


@plans(*BASIC, *HYBRID)
def test_oidcc_codereuse_30seconds(suite):
    answer = suite.ask()
    tokens = suite.redeem(answer)
    suite.mount.clock.move(30)
    assert suite.redeem(answer, status=400)["error"] == "invalid_grant"
    suite.rp.userinfo(tokens["access_token"], status=401)


@plans(*EVERY)
def test_oidcc_ensure_registered_redirect_uri(suite):
    answer = suite.ask(redirect_uri=f"{CALLBACK}/kZ3FtCVfQv")
    assert (answer.error, answer.pages, answer.reply.header("Location")) == ("page", [], None)
    assert answer.reply.status == 400
    assert "suite.test" not in answer.reply.text


@plans(*BASIC)
def test_oidcc_ensure_post_request_succeeds(suite):
    assert suite.flow(method="POST")[2]["sub"]


@plans(*BASIC, *HYBRID)
def test_oidcc_server_client_secret_post(make_suite):
    suite = make_suite(token_endpoint_auth_method="client_secret_post")
    fields = {"grant_type": "authorization_code", "code": suite.ask().code, "redirect_uri": CALLBACK}
    credentials = {"client_id": suite.rp.client_id, "client_secret": suite.rp.client_secret}
    tokens = suite.rp.post("token", fields | credentials, basic=False).json
    assert suite.rp.userinfo(tokens["access_token"])["sub"] == suite.rp.claims(tokens["id_token"])["sub"]


def unsigned(claims):
    """A request object of which nobody vouches."""
    parts = (json.dumps(each).encode() for each in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@plans(*EVERY)
def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(suite):
    answer = suite.ask(request=unsigned({"state": "another", "nonce": "another"}))
    assert answer.error == "request_not_supported"
    assert suite.metadata["request_parameter_supported"] is False


@plans(*EVERY)
def test_oidcc_ensure_request_object_with_redirect_uri(make_suite):
    suite = make_suite(redirect_uris=[CALLBACK, f"{CALLBACK}/other"])
    answer = suite.ask(request=unsigned({"redirect_uri": f"{CALLBACK}/other"}))
    assert answer.error == "request_not_supported"
    assert target(answer) == CALLBACK


@plans(*EVERY)
def test_oidcc_claims_essential(suite):
    where = "userinfo" if suite.plan.response_type != "id_token" else "id_token"
    _, tokens, claims = suite.flow(claims=json.dumps({where: {"name": {"essential": True}}}))
    supported = suite.metadata["claims_parameter_supported"]
    assert set(suite.learned(tokens, claims)) == ({"sub", "name"} if supported else {"sub"})


@plans(*BASIC, *HYBRID)
def test_oidcc_refresh_token(make_suite):
    first, second = make_suite(), make_suite()
    asked = {"scope": "openid offline_access", "prompt": "consent"}
    assert {"refresh_token"} <= set(first.metadata["grant_types_supported"])
    assert "offline_access" in first.metadata["scopes_supported"]
    kept = []
    for suite, nonce in ((first, "n"), (second, "n" * 43)):
        _, tokens, claims = suite.flow(**asked, nonce=nonce)
        suite.mount.clock.move(1)
        assert re.fullmatch(r"[\x20-\x7E]+", tokens["refresh_token"])
        assert len(tokens["refresh_token"]) * 6 >= 128
        reply = suite.rp.post("token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
        again = reply.json
        assert reply.header("Cache-Control") == "no-store"
        assert again["access_token"] != tokens["access_token"]
        assert bits(again["access_token"]) > 96
        assert again["token_type"].lower() == "bearer"
        assert type(again["expires_in"]) is int
        renewed = suite.rp.claims(again["id_token"])
        for name in ("iss", "sub", "aud", "auth_time"):
            assert renewed[name] == claims[name]
        assert renewed["iat"] > claims["iat"]
        assert renewed.get("nonce", nonce) == nonce
        assert suite.rp.userinfo(again["access_token"])["sub"] == claims["sub"]
        kept.append(again["refresh_token"])
    assert first.rp.refresh(kept[1], status=400)["error"] == "invalid_grant"
    assert second.rp.refresh(kept[1])["access_token"]


@plans("code", "code id_token")
def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite):
    challenge = {name: suite.rp.parameters()[name] for name in ("code_challenge", "code_challenge_method")}
    answer = suite.ask(**challenge)
    assert suite.redeem(answer, status=400)["error"] == "invalid_grant"
    assert suite.redeem(answer, code_verifier=suite.rp.verifier)["id_token"]


@plans("id_token", "id_token token", "code id_token", "code id_token token")
def test_oidcc_ensure_request_without_nonce_fails(suite):
    answer = suite.ask(nonce=None)
    assert (answer.error, answer.pages) == ("invalid_request", [])

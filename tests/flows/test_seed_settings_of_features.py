"""The settings of django-oidc-provider that concern a feature with tests of its own: each changes what it says, under both names."""

import hashlib
import re
from pathlib import Path

import pytest
from flows.test_password_grant import GRANTS, ask
from rp import RelyingParty

from oidc_op.config.django_settings import DJANGO_SETTINGS, TEMPLATES

COOKIE = "op_browser_state"


def introspected(rp, token):
    return rp.post("introspect", {"token": token}).json


def test_oidc_session_management_enable(provide, named):
    rp = provide(**named(OIDC_SESSION_MANAGEMENT_ENABLE=True))
    assert "session_state" in rp.authorize().params
    assert COOKIE in rp.browser.cookies


def test_oidc_unauthenticated_session_management_key(provide, named):
    rp = provide(**named(OIDC_SESSION_MANAGEMENT_ENABLE="true", OIDC_UNAUTHENTICATED_SESSION_MANAGEMENT_KEY="a key"))
    rp.authorize()
    rp.end_session()
    assert rp.browser.cookies[COOKIE] == hashlib.sha224(b"a key").hexdigest()


def test_the_browsers_state_is_made_of_its_session(provide):
    rp = provide(OIDC_SESSION_MANAGEMENT_ENABLE=True)
    rp.authorize()
    (key,) = rp.mount.content()["sessions"]
    first = rp.browser.cookies[COOKIE]
    assert len(first) == len(hashlib.sha224().hexdigest())
    assert first != hashlib.sha224(key.encode()).hexdigest()  # which clients could compute, since they know the key as sid
    rp.authorize(prompt="none")
    assert rp.browser.cookies[COOKIE] == first
    rp.end_session()
    rp.authorize()
    assert rp.browser.cookies[COOKIE] != first


def test_oidc_after_end_session_hook(provide, named):
    from pkgs import leaving

    leaving.forget()
    rp = provide(**named(OIDC_AFTER_END_SESSION_HOOK="pkgs.leaving.after_end_session"))
    rp.authorize()
    leaving.RESPONSE.append("https://host.example/survey")
    assert rp.end_session().url == "https://host.example/survey"


def test_oidc_grant_type_password_enable(provide, named):
    assert ask(provide(GRANTS, **named(OIDC_GRANT_TYPE_PASSWORD_ENABLE=True))).json["access_token"]


def test_oidc_introspection_processing_hook(provide, named):
    rp = provide(**named(OIDC_INTROSPECTION_PROCESSING_HOOK=["pkgs.resources.seeds_hook"]))
    assert introspected(rp, rp.tokens()["access_token"])["asked_by"] == rp.client_id


@pytest.mark.parametrize("demanded", [True, False])
def test_oidc_introspection_validate_audience_scope(provide, named, demanded):
    rp = provide(**named(OIDC_INTROSPECTION_VALIDATE_AUDIENCE_SCOPE=demanded))
    api = RelyingParty(rp.mount, {"scope": "token_introspection"})
    assert introspected(api, rp.tokens()["access_token"])["active"] is not demanded


@pytest.mark.parametrize("told", [True, False])
def test_oidc_introspection_response_scope_enable(provide, named, told):
    rp = provide(**named(OIDC_INTROSPECTION_RESPONSE_SCOPE_ENABLE=told))
    assert introspected(rp, rp.tokens(scope="openid email")["access_token"]).get("scope") == ("openid email" if told else None)


def test_oidc_token_expire_counts_in_every_flow(provide, named):
    rp = provide(
        {"response_types": ["code id_token token"], "grant_types": [*GRANTS["grant_types"], "implicit"]},
        **named(OIDC_TOKEN_EXPIRE=36000, OIDC_GRANT_TYPE_PASSWORD_ENABLE=True),
    )
    answer = rp.authorize(response_type="code id_token token")
    assert (answer.part, answer.params["expires_in"]) == ("fragment", "36000")
    assert ask(rp).json["expires_in"] == 36000


def test_each_setting_has_a_test_under_its_name():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_seed_settings*.py"))
    for name in (*DJANGO_SETTINGS, TEMPLATES):
        assert re.search(rf"^def test_{name.lower()}\w*\(", tests, re.MULTILINE), name

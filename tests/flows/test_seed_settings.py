"""Each setting of django-oidc-provider changes what it says, under its name there and under ours."""

import json
import logging

import pytest
from mounts import root
from pkgs import seed
from pyramid.exceptions import ConfigurationError, ConfigurationExecutionError

from oidc_op.config.django_settings import DJANGO_SETTINGS
from oidc_op.config.settings import table

DISCOVERY = ".well-known/openid-configuration"
DEFAULTS = {  # as they are there, OIDC_LOGIN_URL and what is random aside
    "oidc.code_expire": 600,
    "oidc.discovery_cache_enable": False,
    "oidc.discovery_cache_expire": 86400,
    "oidc.extra_scope_claims": (),
    "oidc.idtoken_expire": 600,
    "oidc.idtoken_include_claims": False,
    "oidc.introspection_validate_audience_scope": True,
    "oidc.introspection_response_scope_enable": True,
    "oidc.session_management_enable": False,
    "oidc.skip_consent_expire": 90,
    "oidc.token_expire": 3600,
    "oidc.grant_type_password_enable": False,
}


def cache_control(rp):
    return rp.mount.send("GET", rp.url(DISCOVERY)).header("Cache-Control")


def id_token(rp, **changes):
    return rp.claims(rp.tokens(**changes)["id_token"])


def test_oidc_login_url(provide, named):
    rp = provide(person="user-ann", **named(OIDC_LOGIN_URL="/accounts/login/"))  # a host's own
    reply = rp.browser.open("GET", rp.url(**rp.parameters()))
    assert reply.header("Location").startswith(f"{rp.mount.origin}/accounts/login/?next=")


def test_site_url_makes_the_issuer_with_the_path_of_the_mount(tmp_path, put_keys):
    with root(tmp_path, put_keys, **{"oidc.issuer": "", "SITE_URL": "https://id.example.com"}) as mount:
        document = mount.send("GET", f"https://other.example.com/{DISCOVERY}").json
    assert document["issuer"] == "https://id.example.com"
    assert document["token_endpoint"] == "https://id.example.com/token"


@pytest.mark.parametrize("site_url", ["https://other.example.com", "https://id.example.com/path", "http://id.example.com", "/id"])
def test_site_url_is_the_origin_of_the_issuer_and_nothing_else(tmp_path, put_keys, site_url):
    with pytest.raises(ConfigurationError, match=r"oidc\.site_url"), root(tmp_path, put_keys, SITE_URL=site_url):
        pass


def test_oidc_after_userlogin_hook(provide, named):
    rp = provide(**named(OIDC_AFTER_USERLOGIN_HOOK="pkgs.seed.after_userlogin"))
    seed.RESPONSES.append(seed.denied)
    assert rp.authorize().reply.status == 403


def test_oidc_code_expire(provide, named):
    rp = provide(**named(OIDC_CODE_EXPIRE=60))
    code = rp.authorize().code
    rp.mount.clock.move(60)
    assert rp.redeem(code, status=400)["error"] == "invalid_grant"


def test_oidc_discovery_cache_enable(provide, named):
    assert cache_control(provide(**named(OIDC_DISCOVERY_CACHE_ENABLE=True))) == "public, max-age=86400"


def test_without_it_the_document_is_asked_for_again(provide):
    assert cache_control(provide()) == "no-cache"


def test_oidc_discovery_cache_expire(provide, named):
    settings = named(OIDC_DISCOVERY_CACHE_ENABLE="true", OIDC_DISCOVERY_CACHE_EXPIRE="60")
    assert cache_control(provide(**settings)) == "public, max-age=60"


def test_oidc_extra_scope_claims(provide, named):
    rp = provide({"scope": "openid foo"}, **named(OIDC_EXTRA_SCOPE_CLAIMS="pkgs.seed.Claims"))
    assert rp.userinfo(rp.tokens(scope="openid foo")["access_token"])["bar"]


def test_oidc_idtoken_expire(provide, named):
    claims = id_token(provide(**named(OIDC_IDTOKEN_EXPIRE=60)))
    assert claims["exp"] - claims["iat"] == 60


@pytest.mark.parametrize("value", ["pkgs.seed.two", ["pkgs.seed.two"], ("pkgs.seed.two",)])
def test_oidc_idtoken_processing_hook(provide, named, value):
    rp = provide(**named(OIDC_IDTOKEN_PROCESSING_HOOK=value))
    assert id_token(rp)["two"] == rp.username


@pytest.mark.parametrize(
    "value", ["pkgs.seed.two\n  pkgs.seed.four", ["pkgs.seed.two", "pkgs.seed.four"], ("pkgs.seed.two", "pkgs.seed.four")]
)
def test_oidc_idtoken_processing_hook_takes_several(provide, named, value):
    claims = id_token(provide(**named(OIDC_IDTOKEN_PROCESSING_HOOK=value)))
    assert {"two", "four"} <= set(claims)


def test_oidc_idtoken_sub_generator(provide, named):
    rp = provide(**named(OIDC_IDTOKEN_SUB_GENERATOR="pkgs.seed.sub"))
    tokens = rp.tokens()
    assert rp.claims(tokens["id_token"])["sub"] == rp.userinfo(tokens["access_token"])["sub"] == f"sub-{rp.username}"


def test_oidc_idtoken_include_claims(provide, named):
    settings = named(
        OIDC_IDTOKEN_INCLUDE_CLAIMS=True, OIDC_EXTRA_SCOPE_CLAIMS="pkgs.seed.Inherited", OIDC_IDTOKEN_PROCESSING_HOOK="pkgs.seed.two"
    )
    rp = provide({"scope": "openid profile email foo silent"}, **settings)
    tokens = rp.tokens(scope="openid email foo silent")
    claims = rp.claims(tokens["id_token"])
    assert claims["email"] == "ann@example.com"
    assert claims["bar"].startswith(rp.username)
    assert claims["iss"] == rp.mount.issuer  # a class cannot speak for the provider
    assert claims["two"] == rp.username
    assert "name" not in claims
    narrowed = rp.claims(rp.refresh(tokens["refresh_token"], scope="openid foo")["id_token"])
    assert "bar" in narrowed
    assert "email" not in narrowed


def test_without_it_the_id_token_says_who_and_no_more(provide):
    assert not {"email", "name", "email_verified"} & set(id_token(provide(), scope="openid profile email"))


def test_oidc_skip_consent_expire_is_in_days(provide, named):
    rp = provide(**named(OIDC_SKIP_CONSENT_EXPIRE=2))
    rp.authorize()
    rp.mount.clock.move(2 * 86400 - 1)
    assert rp.authorize().pages == []
    rp.mount.clock.move(1)
    assert rp.authorize().pages == ["consent"]


def test_oidc_token_expire(provide, named):
    rp = provide(**named(OIDC_TOKEN_EXPIRE=60))
    tokens = rp.tokens()
    assert tokens["expires_in"] == 60
    rp.mount.clock.move(60)
    rp.userinfo(tokens["access_token"], status=401)


def test_oidc_userinfo(provide, named):
    rp = provide(**named(OIDC_USERINFO="pkgs.seed.userinfo"))
    assert rp.userinfo(rp.tokens(scope="openid profile")["access_token"])["name"] == f"Mx {rp.username}"


@pytest.mark.parametrize("form", ["dictionary", "text", "ours"])
def test_oidc_templates(provide, tmp_path, form):
    authorize, error = tmp_path / "authorize.jinja2", tmp_path / "error.jinja2"
    authorize.write_text(
        '<form method="post" action="{{ action_url }}">{{ hidden_inputs }}<button id="mine" name="allow" value="1">{{ client.name }}</form>'
    )
    error.write_text("<h3>{{ error }}</h3><p>{{ description }}</p>")
    pages = {"authorize": str(authorize), "error": str(error)}
    rp = provide(
        **{
            "dictionary": {"OIDC_TEMPLATES": pages},
            "text": {"OIDC_TEMPLATES": f"\n authorize = {authorize}\n error = {error}"},
            "ours": {f"oidc.templates.{name}": path for name, path in pages.items()},
        }[form]
    )
    answer = rp.authorize(press={"consent": "mine"})
    assert answer.code
    refused = rp.authorize(client_id="nobody").reply
    assert refused.text == "<h3>invalid_client</h3><p>this application is not registered here</p>"
    assert refused.status == 400


def test_a_template_may_be_an_asset_and_the_other_page_stays_ours(provide, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "shopfront").mkdir()
    (tmp_path / "shopfront" / "__init__.py").touch()
    (tmp_path / "shopfront" / "oops.jinja2").write_text(
        "{% extends 'oidc_op:templates/layout.jinja2' %}{% block content %}Oops: {{ error }}{% endblock %}"
    )
    rp = provide(OIDC_TEMPLATES={"error": "shopfront:oops.jinja2"})
    assert "Oops: invalid_client" in rp.authorize(client_id="nobody").reply.text
    assert rp.authorize().pages == ["login", "consent"]


@pytest.mark.parametrize(
    "template", ["/nowhere/mine.jinja2", "oidc_op:templates/mine.jinja2", "nothing_of_the_kind:mine.jinja2", "mine.jinja2"]
)
def test_a_template_that_is_not_there_stops_the_start(tmp_path, put_keys, template):
    with (
        pytest.raises(ConfigurationError, match=r"oidc\.templates\.authorize = "),
        root(tmp_path, put_keys, OIDC_TEMPLATES={"authorize": template}),
    ):
        pass


def test_a_template_that_cannot_be_read_stops_the_start(tmp_path, put_keys):
    (tmp_path / "broken.jinja2").write_text("{% if %}")
    with (
        pytest.raises(ConfigurationError, match="TemplateSyntaxError"),
        root(tmp_path, put_keys, **{"oidc.templates.error": str(tmp_path / "broken.jinja2")}),
    ):
        pass


def test_what_is_false_or_nothing_counts_and_is_no_default(provide):
    rp = provide(OIDC_IDTOKEN_INCLUDE_CLAIMS=False, OIDC_DISCOVERY_CACHE_ENABLE=True, OIDC_DISCOVERY_CACHE_EXPIRE=0)
    assert cache_control(rp) == "no-cache"


def test_every_setting_has_its_word_and_its_default_here():
    ours = {each.key: each.default for each in table()}
    for old, key in DJANGO_SETTINGS.items():
        assert key == "oidc." + old.removeprefix("OIDC_").lower()
    for key in DEFAULTS.keys() & ours.keys():
        assert ours[key] == DEFAULTS[key], key
    assert {"oidc.templates.authorize", "oidc.templates.error"} <= set(ours)


def test_the_name_here_is_logged_once(provide, caplog):
    with caplog.at_level(logging.WARNING, "oidc_op"):
        provide(OIDC_TOKEN_EXPIRE="60", SITE_URL="").tokens()
    told = [record.getMessage() for record in caplog.records if "OIDC_TOKEN_EXPIRE" in record.getMessage()]
    assert told == ["the setting OIDC_TOKEN_EXPIRE is called oidc.token_expire here"]


def test_both_names_may_agree(provide):
    rp = provide(
        **{
            "OIDC_TOKEN_EXPIRE": 60,
            "oidc.token_expire": "60",
            "OIDC_IDTOKEN_PROCESSING_HOOK": ["pkgs.seed.two"],
            "oidc.idtoken_processing_hook": "pkgs.seed.two",
        }
    )
    assert rp.tokens()["expires_in"] == 60


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"OIDC_TOKEN_EXPIRE": "60", "oidc.token_expire": "61"}, "OIDC_TOKEN_EXPIRE: has another value than oidc.token_expire"),
        ({"OIDC_TOKEN_EXPIRE": "an hour"}, "oidc.token_expire = 'an hour': must be a positive whole number"),
        (
            {"OIDC_TOKEN_EXPIRES": "60"},
            "OIDC_TOKEN_EXPIRES: there is no such setting; did you mean OIDC_TOKEN_EXPIRE, here oidc.token_expire?",
        ),
        ({"OIDC_TEMPLATES": {"login": "/x"}}, "OIDC_TEMPLATES: there is no page 'login'; there are: authorize, error"),
        ({"OIDC_EXTRA_SCOPE_CLAIMS": "pkgs.seed.Lazy"}, "oidc.extra_scope_claims = 'pkgs.seed.Lazy': must be a class on"),
        ({"OIDC_USERINFO": "pkgs.seed.nothing"}, "oidc.userinfo = 'pkgs.seed.nothing': cannot be imported"),
    ],
)
def test_what_stops_the_start(tmp_path, put_keys, settings, fault):
    with pytest.raises((ConfigurationError, ConfigurationExecutionError)) as stopped, root(tmp_path, put_keys, **settings):
        pass
    assert fault in str(stopped.value)


def test_settings_of_others_that_begin_alike_are_theirs(provide):
    assert provide(OIDC_RP_CLIENT_ID="x", OIDC_OP_TOKEN_ENDPOINT="y").authorize().code


def test_the_command_says_under_which_name_a_value_was_given(tmp_path, capsys, monkeypatch):
    from oidc_op.cli import main

    monkeypatch.setenv("OIDC_SECRET", "another master secret, 32 characters and more")
    ini = tmp_path / "old.ini"
    ini.write_text("[app:main]\nuse = egg:oidc_op\nSITE_URL = https://id.example.com\nOIDC_TOKEN_EXPIRE = 1800\nzodbconn.uri = memory://\n")
    assert main(["settings", str(ini), "--json"]) == 0
    told = {row["key"]: row for row in json.loads(capsys.readouterr().out)["settings"]}
    assert (told["oidc.token_expire"]["value"], told["oidc.token_expire"]["source"]) == ("1800", "OIDC_TOKEN_EXPIRE")
    assert told["oidc.site_url"]["source"] == "SITE_URL"
    assert told["oidc.code_expire"]["source"] == "default"

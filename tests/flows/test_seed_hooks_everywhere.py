"""The hooks of django-oidc-provider at every place where they are called, also where the seed forgot them."""

import struct
import sys

import pytest
from mounts import CLOCK
from pkgs import seed
from rp import RelyingParty


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_id_token_hook_at_the_authorization_endpoint_is_shown_the_authorization(provide, method):
    rp = provide({"response_types": ["code id_token"]}, OIDC_IDTOKEN_PROCESSING_HOOK="pkgs.seed.looks")
    assert rp.authorize(method=method, response_type="code id_token").pages == ["login", "consent"]
    ((request, user, token),) = seed.CALLS
    assert dict(request.params) == rp.parameters(response_type="code id_token")
    assert (request.method, user.username, token.client_id) == ("GET", rp.username, rp.client_id)
    reply = rp.browser.open("GET", rp.mount.origin + request.path_qs)
    assert reply.header("Location").startswith(f"{rp.redirect_uri}#code=")


def test_an_id_token_hook_is_heard_in_every_flow(provide):
    described = {
        "response_types": ["code", "id_token", "id_token token", "code id_token", "code id_token token"],
        "grant_types": ["authorization_code", "implicit", "refresh_token", "password"],
    }
    rp = provide(described, OIDC_IDTOKEN_PROCESSING_HOOK="pkgs.seed.two", OIDC_GRANT_TYPE_PASSWORD_ENABLE=True)
    made = [rp.authorize(response_type=each).params["id_token"] for each in described["response_types"][1:]]
    tokens = rp.tokens()
    made += [tokens["id_token"], rp.refresh(tokens["refresh_token"])["id_token"]]
    form = {"grant_type": "password", "username": rp.username, "password": rp.browser.password, "scope": "openid"}
    made.append(rp.post("token", form).json["id_token"])
    assert [rp.claims(each)["two"] for each in made] == [rp.username] * 7


def test_the_sub_is_the_generators_wherever_it_is_told(provide):
    settings = {"OIDC_IDTOKEN_SUB_GENERATOR": "pkgs.seed.sub", "oidc.access_token_format": "jwt"}
    rp = provide({"response_types": ["code id_token"]}, **settings)
    answer = rp.authorize(response_type="code id_token")
    token = rp.redeem(answer.code)["access_token"]
    told = [rp.claims(answer.params["id_token"]), rp.userinfo(token), rp.post("introspect", {"token": token}).json]
    assert [each["sub"] for each in told] == [f"sub-{rp.username}"] * 3


@pytest.mark.parametrize("response_type", ["id_token token", "code id_token"])
def test_the_login_hook_is_asked_in_every_flow(provide, response_type):
    rp = provide({"response_types": [response_type]}, OIDC_AFTER_USERLOGIN_HOOK="pkgs.seed.after_userlogin")
    seed.RESPONSES.append(seed.denied)
    assert rp.authorize(response_type=response_type).reply.status == 403
    rp.authorize(response_type=response_type)
    seed.RESPONSES.append(seed.denied)
    answer = rp.authorize(response_type=response_type, prompt="none")
    assert (answer.error, answer.part) == ("interaction_required", "fragment")


def test_nothing_is_told_of_a_consent_that_nobody_was_asked_for(provide):
    rp = provide(**{"oidc.includes": "pkgs.clock pkgs.hasty pkgs.extended"})
    rp.authorize()
    rp.authorize()
    RelyingParty(rp.mount, {"require_consent": False}).authorize()
    told = rp.mount.notes.all("consents")
    assert told == [["ConsentGranted", rp.client_id, ["openid"]]]


def test_a_title_is_in_the_persons_language(provide, tmp_path, monkeypatch):
    folder = tmp_path / "spoken"
    messages = folder / "locale" / "de" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "spoken.mo").write_bytes(catalogue({"": "Content-Type: text/plain; charset=UTF-8\n", "title": "Nur für ${who}"}))
    (folder / "__init__.py").write_text(
        "from pyramid.i18n import TranslationStringFactory\n"
        "from oidc_op.claims import ScopeClaims\n"
        "class Claims(ScopeClaims):\n"
        "    info_spoken = (TranslationStringFactory('spoken')('title', default='For ${who}', mapping={'who': 'you'}), '')\n"
        "def includeme(config):\n"
        "    config.add_translation_dirs('spoken:locale')\n"
        "    config.set_locale_negotiator(lambda request: 'de')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    rp = provide(
        {"scope": "openid spoken"}, **{"oidc.includes": CLOCK["oidc.includes"] + " spoken", "oidc.extra_scope_claims": "spoken.Claims"}
    )
    assert "Nur für you" in rp.authorize(scope="openid spoken", stop_at="consent").reply.text
    sys.modules.pop("spoken")


def catalogue(messages):
    """A file as gettext reads it."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    texts, tables, at = b"", [], 28 + 16 * len(pairs)
    for each in ([key for key, _ in pairs], [value for _, value in pairs]):
        for text in each:
            tables.append(struct.pack("<II", len(text), at + len(texts)))
            texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(tables) + texts

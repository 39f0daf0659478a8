"""Codes that are refused: sealed ones for the reasons for which stored ones are, and what was tampered with for being none."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from inside import provider_of
from mounts import SEALED
from rp import Browser, Form, RelyingParty

from oidc_op.testing.contract import samples

UNKNOWN = "the code is unknown here"
DEAD = "the authorization is no longer valid"
OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}
DAY = 86400


@pytest.fixture(params=["root", SEALED])
def mount(request, open_mount):
    """Whatever is expected here is expected of stored codes, too."""
    with open_mount(request.param) as made:
        yield made


@pytest.fixture
def sealed(open_mount):
    with open_mount(SEALED) as made:
        yield RelyingParty(made)


def refused(rp, code, **changes):
    """What the client is told; nothing is written by that."""
    with rp.mount.unchanged():
        answer = rp.redeem(code, status=400, **changes)
    assert answer["error"] == "invalid_grant"
    return answer["error_description"]


def end_session(rp):
    rp.end_session()


def forget_account(rp):
    rp.mount.command("account remove", rp.username)


def change_password(rp):
    rp.mount.command("account password", rp.username, stdin="another password\n")


def withdraw_consent(rp):
    with provider_of(rp.mount.registry) as provider:
        consents = provider.store.consents
        (key,) = [each for each in consents if consents.get(each).client_id == rp.client_id]
        consents.put(replace(consents.get(key), valid_after=provider.now + 1))


def renew_client(rp):
    rp.mount.clock.move(1)  # a client of this id that is made in the same second is the same one
    rp.mount.command("client remove", rp.client_id)
    rp.mount.clock.move(1)
    rp.mount.apply({"clients": [rp.described]})


def wait(rp):
    rp.mount.clock.move(600)


@pytest.mark.parametrize(
    ("happening", "asked", "said"),
    [
        (end_session, {}, DEAD),
        (end_session, OFFLINE, None),  # which is what it is for
        (forget_account, OFFLINE, DEAD),
        (change_password, OFFLINE, DEAD),
        (withdraw_consent, OFFLINE, DEAD),
        (renew_client, OFFLINE, DEAD),
        (wait, OFFLINE, "the code has expired"),
    ],
)
def test_what_happens_before_a_code_is_redeemed(rp, happening, asked, said):
    code = rp.authorize(**asked).code
    happening(rp)
    if said:
        assert refused(rp, code) == said
        assert refused(rp, code) == said
    else:
        rp.redeem(code)


def test_a_client_that_is_gone_redeems_nothing(rp):
    code = rp.authorize().code
    rp.mount.command("client remove", rp.client_id)
    assert rp.redeem(code, status=401)["error"] == "invalid_client"


def test_what_is_wrong_with_a_request_is_said_in_one_order_and_ends_nothing(make_rp):
    rp, other = make_rp({"redirect_uris": ["https://rp.example/cb", "https://rp.example/other"]}), make_rp()
    code = rp.authorize().code
    wrong = {"redirect_uri": "https://rp.example/other", "code_verifier": "w" * 43}
    assert refused(other, code, **wrong) == UNKNOWN
    assert refused(rp, code, **wrong) == "redirect_uri is not the one the code was asked with"
    assert refused(rp, code, code_verifier="w" * 43) == "code_verifier does not match the code_challenge"
    assert refused(rp, code, code_verifier=None) == "code_verifier is missing"
    tokens = rp.redeem(code)
    for changes in (wrong, {"code_verifier": "w" * 43}, {"code_verifier": None}):
        refused(rp, code, **changes)
    rp.userinfo(tokens["access_token"])
    assert rp.redeem(code, status=400)["error_description"] == "the code was used already"
    rp.userinfo(tokens["access_token"], status=401)
    assert refused(rp, code) == "the code was used already"


@pytest.mark.parametrize("grant_types", [["authorization_code"], ["authorization_code", "refresh_token"]])
def test_a_used_code_stays_used_whatever_was_dropped_since(make_rp, grant_types):
    """A grant ends no sooner than its code, and is kept until it has ended: see the laws of handles."""
    rp = make_rp({"grant_types": grant_types})
    rp.authorize()
    rp.mount.clock.move(14 * DAY - 400)  # the session, and with it the grant, ends before the code would have
    code = rp.authorize().code
    rp.redeem(code)
    said = set()
    for _ in range(120):
        with provider_of(rp.mount.registry) as provider:
            provider.store.grants.purge(provider.now)
        said.add(rp.redeem(code, status=400)["error_description"])
        rp.mount.clock.move(60)
    assert said <= {"the code was used already", "the code has expired", UNKNOWN}
    assert "the code was used already" in said


def tampered(code):
    """The code with each of some characters changed, cut, and lengthened."""
    for place in (*range(0, len(code), 37), len(code) - 1):
        yield code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
    yield from (code[:-1], code[:44], code[:45], code[1:], code[: len(code) // 2])
    yield from (code + "A", code + "=", code + "==", code + code, code + "A" * 3000, "A" * len(code), "." + code)


def test_what_was_tampered_with_is_no_code(sealed):
    code = sealed.authorize().code
    for each in tampered(code):
        assert refused(sealed, each) == UNKNOWN, each
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":  # base64 spells the last byte in several ways
        assert code[-1] == last or refused(sealed, code[:-1] + last) == UNKNOWN
    sealed.redeem(code)


def test_nothing_else_that_is_sealed_here_passes_for_a_code(sealed):
    shown = sealed.authorize(stop_at="login")
    form = Form.of(shown.reply.text)
    resumed = parse_qs(urlsplit(shown.url).query) | {name: [value] for name, value in form.hidden}
    long = [value for (value,) in resumed.values() if len(value) > 100]
    assert long
    for each in (*long, *sealed.browser.cookies.values(), *sealed.tokens().values()):
        assert refused(sealed, each) == UNKNOWN


def test_nor_does_a_code_of_another_issuer_with_this_secret(sealed, open_mount):
    with open_mount(SEALED, **{"oidc.issuer": "https://other.example.com"}) as mount:
        other = RelyingParty(mount)
        mount.apply({"clients": [sealed.described]})
        other.client_id, other.client_secret = sealed.client_id, sealed.client_secret
        code = other.authorize(**OFFLINE).code
        sealed.verifier = other.verifier
        assert refused(sealed, code) == UNKNOWN
        other.redeem(code)


def test_nor_does_what_a_newer_version_sealed(sealed):
    code = sealed.authorize().code
    with provider_of(sealed.mount.registry) as provider:
        purpose = f"authorization code of {provider.issuer}"
        values = json.loads(provider.secret.unseal(purpose, code))
        newer = provider.secret.seal(purpose, json.dumps([*values, *range(40)]).encode())
    assert refused(sealed, newer) == UNKNOWN


def test_nor_does_a_code_whose_key_another_grant_has(sealed):
    code = sealed.authorize().code
    with provider_of(sealed.mount.registry) as provider:
        values = json.loads(provider.secret.unseal(f"authorization code of {provider.issuer}", code))
        provider.store.grants.add(replace(samples.grant(client_id=sealed.client_id), key=values[1]))
    assert refused(sealed, code) == UNKNOWN


def test_a_sealed_code_is_no_token(sealed):
    code = sealed.authorize().code
    with sealed.mount.unchanged():
        assert sealed.post("introspect", {"token": code}).json == {"active": False}
        assert sealed.post("revoke", {"token": code}).status == 200
        sealed.userinfo(code, status=401)
        sealed.refresh(code, status=400)
    sealed.redeem(code)


def test_the_session_of_another_browser_does_not_matter(sealed):
    browser = Browser(sealed.mount, sealed.username)
    code = sealed.authorize(browser=browser).code
    sealed.authorize()
    sealed.end_session()
    sealed.redeem(code)

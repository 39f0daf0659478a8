"""Extension points: each directive, its ini setting, and who outranks whom."""

from contextlib import ExitStack

import pytest
from mounts import root
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError, ConfigurationExecutionError
from rp import RelyingParty

EXTENDED = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.extended"}


@pytest.fixture(params=["root", "included"])
def with_settings(request, open_mount):
    """A relying party of a provider with these settings."""
    with ExitStack() as stack:
        yield lambda **settings: RelyingParty(stack.enter_context(open_mount(request.param, **settings)))


@pytest.fixture(params=["root", "included", "extended"])
def extended_rp(request, open_mount):
    """A relying party of a provider with an extension."""
    with open_mount(request.param, **EXTENDED) as mount:
        yield RelyingParty(mount)


def id_token(rp, **changes):
    return rp.claims(rp.tokens(**changes)["id_token"])


def test_an_extension_adds_a_scope_with_claims_and_words_for_the_person(extended_rp):
    rp = extended_rp
    rp.mount.apply({"clients": [rp.described | {"scope": "openid email greeting"}]})
    shown = rp.authorize(scope="openid greeting", stop_at="consent")
    assert "Be greeted" in shown.reply.text
    tokens = rp.tokens(scope="openid greeting")
    assert rp.userinfo(tokens["access_token"])["greeting"] == f"Hello {rp.username}"
    document = rp.mount.send("GET", f"{rp.mount.issuer}/.well-known/openid-configuration").json
    assert "greeting" in document["scopes_supported"]


def test_standard_claims_have_their_types_whoever_fills_them_in(extended_rp):
    rp = extended_rp
    rp.mount.apply({"clients": [rp.described | {"scope": "openid badly"}]})
    claims = rp.userinfo(rp.tokens(scope="openid badly")["access_token"])
    del claims["sub"]
    assert claims == {"email_verified": True, "updated_at": 1700000000, "address": {"country": "DE"}, "rank": 0}


def test_an_extension_changes_the_id_token_and_the_subject(extended_rp):
    claims = id_token(extended_rp)
    assert claims["department"] == "seven"
    assert claims["sub"].startswith("extended-")


def test_an_extension_adds_a_step(extended_rp):
    assert extended_rp.authorize(login_hint="mallory").error == "access_denied"


def test_consents_are_told(extended_rp):
    rp = extended_rp
    rp.authorize(press={"consent": "consent-deny"})
    rp.authorize(scope="openid email")
    assert rp.mount.notes.all("consents") == [
        ["ConsentDeclined", rp.client_id, ["openid"]],
        ["ConsentGranted", rp.client_id, ["openid", "email"]],
    ]


def test_the_ini_outranks_an_extension(with_settings):
    rp = with_settings(**EXTENDED, **{"oidc.idtoken_sub_generator": "pkgs.extended.seeds_subject"})
    assert id_token(rp)["sub"].startswith("seed-")


def test_hooks_of_the_ini_come_one_or_many_in_both_of_the_seeds_signatures(with_settings):
    rp = with_settings(**{"oidc.idtoken_processing_hook": "pkgs.extended.two_arguments pkgs.extended.four_arguments"})
    claims = id_token(rp)
    assert (claims["two"], claims["four"]) == (rp.username, ["openid"])


def test_claims_of_an_account_may_come_from_elsewhere(with_settings):
    rp = with_settings(**{"oidc.userinfo": "pkgs.extended.userinfo"})
    claims = rp.userinfo(rp.tokens(scope="openid profile email address")["access_token"])
    assert claims["name"] == f"Mx {rp.username}"
    assert claims["address"] == {"country": "DE"}
    assert "added" not in claims
    assert "nickname" not in claims


def test_the_hosts_own_call_outranks_the_ini(monkeypatch, tmp_path):
    from pyramid.config import Configurator

    from oidc_op.interfaces import ISubject
    from oidc_op.store import close

    monkeypatch.setenv("OIDC_SECRET", "the secret of a host, 32 characters and more")
    settings = {
        "oidc.issuer": "https://a.example/openid",
        "zodbconn.uri": "memory://",
        "oidc.idtoken_sub_generator": "pkgs.extended.seeds_subject",
        "oidc.clock_file": str(tmp_path / "clock"),
    }
    config = Configurator(settings=settings | {"oidc.includes": "pkgs.clock pkgs.extended"})
    config.include("oidc_op", route_prefix="openid")
    config.set_oidc_subject(hosts_subject)
    config.commit()
    assert config.registry.getUtility(ISubject) is hosts_subject
    close(config.registry)


def hosts_subject(account, client):
    return "the host's"


def test_two_extensions_that_claim_one_hook_stop_the_start(tmp_path, put_keys):
    settings = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.extended pkgs.rival"}
    with pytest.raises(ConfigurationConflictError) as stopped, root(tmp_path, put_keys, **settings):
        pass
    assert "extended.py" in str(stopped.value)
    assert "rival.py" in str(stopped.value)


def test_a_hook_that_cannot_be_imported_stops_the_start_by_its_key(tmp_path, put_keys):
    with (
        pytest.raises((ConfigurationError, ConfigurationExecutionError), match=r"oidc\.userinfo"),
        root(tmp_path, put_keys, **{"oidc.userinfo": "pkgs.extended.nothing"}),
    ):
        pass


def test_the_example_extension_is_included_by_a_line(with_settings, monkeypatch):
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
    rp = with_settings(**{"oidc.includes": "pkgs.clock pkgs.hasty greeting"})
    document = rp.mount.send("GET", f"{rp.mount.issuer}/.well-known/openid-configuration").json
    assert set(document["scopes_supported"]) > {"openid", "profile", "email", "address", "phone", "offline_access"}

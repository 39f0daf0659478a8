"""Scopes and claims as a class, as projects have them that come from django-oidc-provider (its chapter 5)."""

import html
import re

import pytest
from pkgs import seed

from oidc_op.claims import ScopeClaims
from oidc_op.protocol.claims import cleaned, no_claims

CLASS = {"OIDC_EXTRA_SCOPE_CLAIMS": "pkgs.seed.Claims"}
INHERITED = {"OIDC_EXTRA_SCOPE_CLAIMS": "pkgs.seed.Inherited"}


def told(rp, scope):
    """What people are told of the scopes: pairs of title and description."""
    text = rp.authorize(scope=scope, stop_at="consent").reply.text
    return [tuple(map(html.unescape, pair)) for pair in re.findall(r"<h2>(.*?)</h2>(?:<p>(.*?)</p>)?", text)]


def found(rp, scope):
    return rp.userinfo(rp.tokens(scope=scope)["access_token"])


def test_a_scope_is_shown_with_its_words_and_gives_its_claims(provide):
    rp = provide({"scope": "openid foo"}, **CLASS)
    assert told(rp, "openid foo") == [("Foo", "Some description for the scope.")]
    assert found(rp, "openid foo")["bar"] == f"{rp.username} {rp.client_id} openid foo"


def test_it_is_advertised_and_asked_for_like_any_other(provide):
    rp = provide(**CLASS)
    assert "foo" in rp.mount.send("GET", rp.url(".well-known/openid-configuration")).json["scopes_supported"]
    assert rp.authorize(scope="openid foo").error == "invalid_scope"  # not registered for this client


def test_what_has_no_value_is_left_out_at_any_depth(provide):
    claims = found(provide({"scope": "openid foo"}, **CLASS), "openid foo")
    assert claims["nested"] == {"kept": 0}
    assert (claims["zero"], claims["no"], claims["list"]) == (0, False, [])
    assert not {"none", "empty", "all_gone"} & set(claims)


def test_userinfo_is_there_with_every_standard_claim_whatever_was_granted(provide):
    claims = found(provide({"scope": "openid foo"}, **CLASS), "openid foo")
    assert claims["name_told"] == "Ann"
    assert "nick_told" not in claims  # it is empty
    assert "name" not in claims


def test_userinfo_is_what_the_hook_made_of_it(provide):
    rp = provide({"scope": "openid foo"}, **CLASS, OIDC_USERINFO="pkgs.seed.userinfo")
    assert found(rp, "openid foo")["name_told"] == f"Mx {rp.username}"


def test_titles_may_be_lazy_and_are_text_on_the_page(provide):
    rp = provide({"scope": "openid lazy translated"}, **CLASS)
    assert told(rp, "openid lazy translated") == [("LAZILY", "TOLD"), ("For you & me", "")]


def test_a_standard_scope_may_be_described_in_other_words_and_keeps_its_claims(provide):
    rp = provide(**CLASS)
    assert told(rp, "openid profile email") == [("Profile", "Another description."), ("Email", "See your email address.")]
    assert found(rp, "openid profile")["name"] == "Ann"


def test_classes_inherit_and_add_to_standard_scopes(provide):
    rp = provide({"scope": "openid profile foo"}, **INHERITED)
    claims = found(rp, "openid profile foo")
    assert (claims["favourite"], claims["name"]) == ("blue", "Ann")
    assert "bar" in claims


def test_a_scope_may_have_in_its_name_what_methods_begin_with(provide):
    rp = provide({"scope": "openid scope_of_view"}, **INHERITED)
    assert told(rp, "openid scope_of_view") == [("A view", "Its name has what methods begin with.")]
    assert found(rp, "openid scope_of_view")["view"] == "wide"


def test_a_scope_without_words_is_called_by_its_name(provide):
    rp = provide({"scope": "openid silent"}, **INHERITED)
    assert told(rp, "openid silent") == [("silent", "")]
    assert found(rp, "openid silent")["silent"] is True


def test_several_classes_may_be_named(provide):
    rp = provide({"scope": "openid foo scope_of_view"}, OIDC_EXTRA_SCOPE_CLAIMS=["pkgs.seed.Claims", "pkgs.seed.Inherited"])
    assert {"bar", "view"} <= set(found(rp, "openid foo scope_of_view"))


def test_the_page_gets_params_with_a_list_of_scopes_without_openid(provide, tmp_path):
    template = tmp_path / "authorize.jinja2"
    template.write_text(
        "{{ client.name }}|{{ params.client_id }}|{{ params.scope|join(',') }}|{{ scopes|map(attribute='scope')|join }}|{{ action_url }}"
    )
    rp = provide({"scope": "openid foo email"}, **CLASS, OIDC_TEMPLATES={"authorize": str(template)})
    text = rp.authorize(scope="openid foo email", stop_at="consent").reply.text
    assert text == f"The Relying Party|{rp.client_id}|foo,email|fooemail|{rp.mount.issuer}/consent"


@pytest.mark.parametrize("kept", [0, False, [], 0.0, [""], [None]])
def test_nothing_is_taken_for_empty_that_says_something(kept):
    assert cleaned({"claim": kept}) == {"claim": kept}


def test_the_standard_claims_are_empty_to_begin_with_and_new_each_time():
    claims = no_claims()
    assert all(value == "" for name, value in claims.items() if name != "address")
    assert set(claims["address"].values()) == {""}
    claims["address"]["country"] = "DE"
    assert no_claims()["address"]["country"] == ""


def test_the_class_itself_describes_nothing():
    from oidc_op.claims import with_scopes_of

    assert with_scopes_of(ScopeClaims, {}) == {}
    assert set(with_scopes_of(seed.Inherited, {})) == {"foo", "lazy", "translated", "profile", "scope_of_view", "silent"}

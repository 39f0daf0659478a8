"""What the provider says of itself (OIDC Discovery, RFC 8414), and to scripts of other sites."""

import pytest

from oidc_op.model.response_type import RESPONSE_TYPES

pytestmark = pytest.mark.mounts("transports")

ORIGIN = [("Origin", "https://spa.example")]


def test_the_document_names_the_issuer_and_endpoints_that_answer(mount):
    reply = mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration")
    document = reply.json
    assert (reply.status, reply.header("Content-Type")) == (200, "application/json")
    assert document["issuer"] == mount.issuer
    for name, path in {
        "authorization_endpoint": "authorize",
        "token_endpoint": "token",
        "userinfo_endpoint": "userinfo",
        "jwks_uri": "jwks",
    }.items():
        assert document[name] == f"{mount.issuer}/{path}"
        assert mount.send("GET", document[name]).status != 404


def test_every_response_type_is_advertised(mount):
    document = mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json
    assert set(document["response_types_supported"]) == set(RESPONSE_TYPES)


def test_both_names_and_both_places_give_the_same_document(mount):
    document = mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").json
    path = mount.issuer.removeprefix(mount.origin)
    for url in (
        f"{mount.issuer}/.well-known/oauth-authorization-server",
        f"{mount.origin}/.well-known/oauth-authorization-server{path}",  # RFC 8414 §3.1
        f"{mount.issuer}/.well-known/openid-configuration/",
    ):
        assert mount.send("GET", url).json == document


def test_other_paths_are_not_found(mount):
    for path in (".well-known", ".well-known/other", "nothing", "token/more", ".well-known/oauth-authorization-server/elsewhere"):
        assert mount.send("GET", f"{mount.issuer}/{path}").status == 404


@pytest.mark.parametrize(
    ("path", "methods"),
    [(".well-known/openid-configuration", "GET"), ("jwks", "GET"), ("token", "POST"), ("userinfo", "GET, POST")],
)
def test_scripts_of_other_sites_may_ask(mount, path, methods):
    url = f"{mount.issuer}/{path}"
    preflight = mount.send("OPTIONS", url, [*ORIGIN, ("Access-Control-Request-Method", "POST")])
    assert preflight.status == 204
    assert preflight.header("Access-Control-Allow-Origin") == "*"
    assert preflight.header("Access-Control-Allow-Methods") == f"{methods}, OPTIONS"
    assert "Authorization" in preflight.header("Access-Control-Allow-Headers")
    for method in ("GET", "POST", "PUT"):
        reply = mount.send(method, url, ORIGIN)
        assert reply.all("Access-Control-Allow-Origin") == ["*"], (method, reply.status)
        assert reply.header("Access-Control-Allow-Credentials") is None


@pytest.mark.parametrize("path", ["authorize", "login", "consent", "", "nothing"])
def test_nowhere_else(mount, path):
    assert mount.send("GET", f"{mount.issuer}/{path}", ORIGIN).header("Access-Control-Allow-Origin") is None
    assert mount.send("OPTIONS", f"{mount.issuer}/{path}", ORIGIN).status in (404, 405)


@pytest.mark.parametrize(
    ("path", "allowed"), [("token", "POST"), ("userinfo", "GET, POST, HEAD"), ("authorize", "GET, POST"), ("jwks", "GET, HEAD")]
)
def test_a_wrong_method_is_told_the_right_ones(mount, path, allowed):
    reply = mount.send("DELETE", f"{mount.issuer}/{path}")
    assert reply.status == 405
    assert reply.header("Allow").removesuffix(", OPTIONS") == allowed


def test_documents_may_be_kept_for_a_while_and_answers_may_not(mount):
    assert mount.send("GET", f"{mount.issuer}/jwks").header("Cache-Control") == "public, max-age=300"
    assert mount.send("GET", f"{mount.issuer}/.well-known/openid-configuration").header("Cache-Control") == "no-cache"
    for path in ("token", "userinfo", "authorize", "login"):
        assert mount.send("GET", f"{mount.issuer}/{path}").header("Cache-Control") == "no-store"


def test_endpoints_answer_with_a_slash_too_without_a_redirect(rp):
    tokens = rp.redeem(rp.authorize().code)
    reply = rp.mount.send("GET", rp.url("userinfo/"), [("Authorization", f"Bearer {tokens['access_token']}")])
    assert reply.status == 200
    assert rp.post("token/", {"grant_type": "x"}, status=400).json["error"] == "unsupported_grant_type"


def test_the_front_page_says_what_runs_here(mount):
    reply = mount.send("GET", f"{mount.issuer}/")
    assert reply.status == 200
    assert mount.issuer in reply.text
    assert mount.send("GET", f"{mount.issuer}/static/oidc_op.css").header("Content-Type").startswith("text/css")


def test_a_header_that_moves_the_root_is_ignored(mount):
    assert mount.send("GET", f"{mount.issuer}/", [("X-Vhm-Root", "/jwks")]).text.startswith("<!DOCTYPE")

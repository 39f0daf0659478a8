"""Methods that are not there: 405 and which there are (RFC 9110 §15.5.6), at pages and files, too; and what preflights allow."""

import pytest

pytestmark = pytest.mark.mounts("root", "included", "served")


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/static/oidc_op.css"])
def test_pages_and_files_are_read(rp, path, method):
    reply = rp.mount.send(method, f"{rp.mount.issuer}{path}")
    assert (reply.status, reply.header("Allow")) == (405, "GET, HEAD")
    assert rp.mount.send("GET", f"{rp.mount.issuer}{path}").status == 200
    assert rp.mount.send("HEAD", f"{rp.mount.issuer}{path}").status == 200


def test_no_browser_takes_a_file_for_another_kind(rp):
    assert rp.mount.send("GET", f"{rp.mount.issuer}/static/form_post.js").header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/jwks", "/.well-known/openid-configuration"])
def test_a_preflight_allows_what_a_script_asks_for(rp, path):
    asked = "authorization,traceparent, sentry-trace,baggage"
    headers = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", asked)]
    reply = rp.mount.send("OPTIONS", f"{rp.mount.issuer}{path}", headers)
    assert (reply.status, reply.header("Access-Control-Allow-Headers")) == (204, asked)
    assert "Access-Control-Request-Headers" in reply.header("Vary")
    assert reply.header("Access-Control-Allow-Credentials") is None


@pytest.mark.parametrize("asked", ["x" * 1001, "a b", "a,,b", "a;b", ""])
def test_but_not_what_is_no_list_of_headers(rp, asked):
    reply = rp.mount.send("OPTIONS", f"{rp.mount.issuer}/token", [("Access-Control-Request-Headers", asked)])
    assert "Authorization" in reply.header("Access-Control-Allow-Headers")
    assert asked == "" or asked not in reply.header("Access-Control-Allow-Headers")


@pytest.mark.mounts("root")
def test_a_host_that_says_so_is_reached_by_https_alone(open_mount):
    with open_mount("root", **{"oidc.hsts_expire": "31536000"}) as mount:
        assert mount.send("GET", f"{mount.issuer}/login").header("Strict-Transport-Security") == "max-age=31536000"
    with open_mount("root") as mount:
        assert mount.send("GET", f"{mount.issuer}/login").header("Strict-Transport-Security") is None

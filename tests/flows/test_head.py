"""HEAD (RFC 9110 §9.3.2): like GET without a body, and nothing is written."""

import pytest

pytestmark = pytest.mark.mounts("transports")


@pytest.mark.parametrize("path", ["", ".well-known/openid-configuration", "jwks", "login", "select-account", "consent", "signed-in"])
def test_head_is_get_without_the_body(rp, path):
    assert rp.authorize().code  # there is a session
    url, before = f"{rp.mount.issuer}/{path}", rp.mount.content()
    reply = rp.browser.open("HEAD", url)
    assert rp.mount.content() == before
    assert reply.body == b""
    asked = rp.browser.open("GET", url)
    same = ("Content-Type", "Cache-Control", "Location")
    assert (reply.status, *map(reply.header, same)) == (asked.status, *map(asked.header, same))


def test_so_does_the_userinfo_endpoint(rp):
    token, before = rp.tokens()["access_token"], rp.mount.content()
    for sent, status in (([("Authorization", f"Bearer {token}")], 200), ([], 401)):
        reply = rp.mount.send("HEAD", rp.url("userinfo"), sent)
        assert (reply.status, reply.body) == (status, b"")
    assert rp.mount.content() == before


def test_no_code_is_given_out_by_it(rp):
    assert rp.authorize().code
    before = rp.mount.content()
    reply = rp.browser.open("HEAD", rp.url(**rp.parameters()))
    assert (reply.status, reply.header("Allow"), reply.header("Location"), reply.body) == (405, "GET, POST", None, b"")
    assert rp.mount.content() == before


def test_no_token_either(mount):
    reply = mount.send("HEAD", f"{mount.issuer}/token")
    assert (reply.status, reply.header("Allow"), reply.body) == (405, "POST, OPTIONS", b"")

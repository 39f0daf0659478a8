"""Input that an attacker chose, at every form and page of the console: a clear 4xx each time, and an unchanged store."""

import pytest
from console import Filled
from malformed import ON_TWO_MOUNTS

VALUES = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
    "doubled": None,
}
FORMS = {
    "/clients/+new": ("save", ("csrf_token", "client_id", "client_name", "redirect_uris", "default_max_age", "save")),
    "/clients/CLIENT/edit": ("save", ("csrf_token", "revision", "client_name", "redirect_uris", "owner")),
    "/clients/CLIENT/secret": ("secret-make", ("csrf_token",)),
    "/clients/CLIENT/delete": ("delete", ("csrf_token",)),
    "/keys/+create": ("create", ("csrf_token", "alg")),
    "/keys/+rotate": ("rotate", ("csrf_token", "alg")),
    "/keys/+import": ("import", ("csrf_token", "pem", "kid")),
}
LISTS = ("/clients?q=", "/clients?page=", "/accounts?q=", "/consents?account=", "/consents?client=", "/keys?done=")

pytestmark = ON_TWO_MOUNTS


def encoded(form, name, value):
    from urllib.parse import urlencode

    kept = urlencode([pair for pair in form.fields if pair[0] != name or value is None]).encode()
    return kept + b"&" + name.encode() + b"=" + (b"x" if value is None else value)


@pytest.mark.parametrize("value", VALUES)
def test_the_forms(op, rp, value):
    for path, (button, names) in FORMS.items():
        place = path.replace("CLIENT", rp.client_id)
        form = Filled.of(op.get(place).text, button)
        before = op.mount.content()
        for name in names:
            reply = op.post(form.action, encoded(form, name, VALUES[value]))
            assert reply.status == 400, (path, name)
            assert 'id="error-code"' in reply.text
            assert op.mount.content() == before, (path, name)


@pytest.mark.parametrize("value", [name for name in VALUES if name != "doubled"])
def test_the_lists(op, value):
    for path in LISTS if value != "raw bytes" or op.mount.issuer.startswith("https") else ():  # an HTTP client sends no raw ones
        reply = op.browser.open("GET", op.url(path) + VALUES[value].decode("latin-1"))
        assert reply.status in (400, 414, 431), path


@pytest.mark.parametrize("alg", ["", "none", "HS256", "RS256 "])
def test_algorithms_that_there_are_not(op, alg):
    before = op.mount.content()
    assert op.press("/keys/+create", "create", 400, alg=alg)
    if alg:
        assert op.press("/keys/+rotate", "rotate", 400, alg=alg)
    assert op.mount.content() == before


@pytest.mark.parametrize(
    "path",
    [
        "/clients/%ff",
        "/clients/%00",
        "/clients/~%ff",
        "/clients/~QQ==",
        "/clients/~YQ",
        "/consents/~CQ",
        "/consents/~YQlhCWE",
        "/grants/" + "A" * 16,
    ],
)
def test_paths(op, path):
    assert op.browser.open("GET", op.url(path)).status in (400, 404)

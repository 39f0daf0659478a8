"""The console: signing keys looked at, made, imported, rotated and retired."""

import hashlib

import pytest
from console import segment, words
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat
from flows.test_keys import header, kids

pytestmark = pytest.mark.mounts("included", "served", "postgresql")

P256 = ec.SECP256R1()


def pem_of(key, form=PrivateFormat.TraditionalOpenSSL, encryption=None):
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


def states(op):
    return {each["kid"]: each["state"] for each in op.mount.command("key list")}


@pytest.fixture(autouse=True)
def keys_as_before(request, mount):
    """A served provider is everybody's: what a test did to its keys must not be seen by the next."""
    yield
    mount.clock.reset()
    for alg in ("RS256", "ES256"):
        mount.command("key rotate", "--alg", alg, "--now")


def test_the_list_says_state_and_age(op):
    kid = next(kid for kid, state in states(op).items() if state == "signing")
    page = words(op.get("/keys"))
    assert kid in page
    assert "signing" in page
    assert "Age" in page
    op.mount.clock.move(3 * 86400)
    assert "3 days" in words(op.get("/keys"))


def test_a_created_key_signs_at_once(op, rp):
    op.mount.clock.move(1)
    reply = op.press("/keys/+create", "create", alg="RS256")
    kid = words(op.get(reply.header("Location")), "#kid")
    assert words(op.get(reply.header("Location")), "#state") == "signing"
    assert header(rp.tokens()["id_token"])["kid"] == kid
    assert kid in kids(op.mount)


def test_rotated_the_new_key_is_published_first(op):
    before = set(states(op))
    op.press("/keys/+rotate", "rotate", alg="ES256")
    (new,) = set(states(op)) - before
    assert states(op)[new] == "published"
    assert "in 5 minutes" in words(op.get("/keys"))


def test_rotated_at_once_every_algorithm_has_a_new_key(op):
    op.mount.clock.move(1)
    before = set(states(op))
    op.press("/keys/+rotate", "rotate", **{"at-once": "1"})
    after = states(op)
    assert sorted(after[kid] for kid in set(after) - before) == ["signing", "signing"]
    assert all(after[kid] != "signing" for kid in before)


def test_a_retired_key_stays_published(op):
    kid = next(kid for kid, state in states(op).items() if state == "signing")
    page = f"/keys/{segment(kid)}"
    op.press(f"{page}/retire", "retire")
    assert words(op.get(page), "#state") == "retired"
    assert kid in kids(op.mount)
    assert "Retire" not in words(op.get(page), ".admin-head")


def test_retiring_the_last_key_of_its_algorithm_warns(op):
    op.mount.clock.move(1)
    op.mount.command("key rotate", "--alg", "ES256", "--now")
    kid = next(each["kid"] for each in op.mount.command("key list") if (each["alg"], each["state"]) == ("ES256", "signing"))
    assert "No other key signs with ES256" in words(op.get(f"/keys/{segment(kid)}/retire"), "#last")


@pytest.mark.parametrize("form", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8], ids=["PKCS1", "PKCS8"])
def test_an_imported_seed_key_keeps_its_kid_and_signs(op, rp, form):
    op.mount.clock.move(1)
    pem = pem_of(rsa.generate_private_key(65537, 2048), form)
    stored = pem if form is PrivateFormat.PKCS8 else pem.rstrip("\n")  # as creatersakey keeps it
    op.press("/keys/+import", "import", pem=pem.replace("\n", "\r\n"))
    kid = hashlib.md5(stored.encode()).hexdigest()
    id_token = rp.tokens()["id_token"]
    assert header(id_token)["kid"] == kid
    assert rp.claims(id_token)["sub"]


def test_an_imported_key_has_the_kid_that_is_given(op, make_rp):
    op.mount.clock.move(1)
    rp = make_rp({"id_token_signed_response_alg": "ES256"})
    kid = f"of/the:old {op.username}"
    reply = op.press("/keys/+import", "import", pem=pem_of(ec.generate_private_key(P256)), kid=kid)
    assert words(op.get(reply.header("Location")), "#kid") == kid
    assert header(rp.tokens()["id_token"])["kid"] == kid


def test_a_kid_that_comes_again_is_that_of_the_new_key(op, make_rp):
    op.mount.clock.move(1)
    rp, kid = make_rp({"id_token_signed_response_alg": "ES256"}), f"again-{op.username}"
    op.press("/keys/+import", "import", pem=pem_of(ec.generate_private_key(P256)), kid=kid)
    assert header(rp.tokens()["id_token"])["kid"] == kid
    op.press(f"/keys/{kid}/retire", "retire")
    op.mount.clock.move(3601)
    op.mount.command("purge")
    op.press("/keys/+import", "import", pem=pem_of(ec.generate_private_key(P256)), kid=kid)
    id_token = rp.tokens()["id_token"]
    assert header(id_token)["kid"] == kid
    assert rp.claims(id_token)["sub"]


REFUSED = {
    "an RSA key needs 2048 bits": lambda: pem_of(rsa.generate_private_key(65537, 1024)),
    "must be an RSA key or one on the curve P-256": lambda: pem_of(ec.generate_private_key(ec.SECP384R1())),
    "or one on the curve": lambda: pem_of(ed25519.Ed25519PrivateKey.generate(), PrivateFormat.PKCS8),
    "protected by a passphrase": lambda: pem_of(ec.generate_private_key(P256), PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
    "a public key": lambda: (
        ec.generate_private_key(P256).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    ),
    "not a private key in PEM form": lambda: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    "this is not a private key": lambda: "",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_key_that_will_not_do_is_refused_and_not_shown_again(op, fault):
    pem, before = REFUSED[fault](), op.mount.content()
    reply = op.press("/keys/+import", "import", 400, pem=pem)
    assert fault in words(reply, "#import-error")
    assert "".join(pem.split("\n")[1:2])[:40] not in reply.text or not pem
    assert op.mount.content() == before


@pytest.mark.parametrize("kid", ["ü", "a" * 256, "a\tb"])
def test_a_kid_that_will_not_do(op, kid):
    before = op.mount.content()
    reply = op.press("/keys/+import", "import", 400, pem=pem_of(ec.generate_private_key(P256)), kid=kid)
    assert "a kid has 1 to 255 printable ASCII" in words(reply, "#import-error")
    assert op.mount.content() == before


def test_a_key_is_imported_once(op):
    pem = pem_of(ec.generate_private_key(P256))
    op.press("/keys/+import", "import", pem=pem)
    assert "already" in words(op.press("/keys/+import", "import", 400, pem=pem), "#import-error")
    assert "under another kid" in words(op.press("/keys/+import", "import", 400, pem=pem, kid="another"), "#import-error")


def test_private_keys_are_nowhere_to_be_seen(op):
    for kid in states(op):
        text = op.get(f"/keys/{segment(kid)}").text
        assert "&#34;d&#34;" not in text
        assert "PRIVATE" not in text


def test_that_clients_want_an_algorithm_nobody_signs_with_is_said_on_the_front_page(op, make_rp):
    make_rp({"id_token_signed_response_alg": "ES256"})
    for each in op.mount.command("key list"):
        if each["alg"] == "ES256" and each["state"] in ("signing", "published"):
            op.mount.command("key retire", each["kid"])
    assert "no key signs with it" in words(op.get(), "#silent-ES256")

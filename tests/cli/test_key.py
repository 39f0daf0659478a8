"""oidc-op key, and purge."""

import hashlib
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def states(op):
    return sorted((each["alg"], each["state"]) for each in op.json("key list"))


def test_init_made_a_key_of_each_algorithm(op):
    assert states(op) == [("ES256", "signing"), ("RS256", "signing")]


def test_a_rotated_key_is_published_before_it_signs(op, provider):
    made = op.json("key rotate", "--alg", "RS256")
    assert [(each["alg"], each["state"]) for each in made] == [("RS256", "published")]
    assert made[0]["active_at"] > made[0]["created_at"]
    if provider.process:
        published = requests.get(f"{provider.issuer}/jwks", timeout=5).json()["keys"]
        assert {each["kid"] for each in published} == {each["kid"] for each in op.json("key list")}


def test_rotated_at_once_the_old_key_stays_published(op):
    op("key rotate", "--alg", "RS256", "--now")
    assert states(op) == [("ES256", "signing"), ("RS256", "retired"), ("RS256", "signing")]
    assert "published until" in op("key list")


def test_every_algorithm_is_rotated(op):
    assert [each["alg"] for each in op.json("key rotate", "--now")] in (["ES256", "RS256"], ["RS256", "ES256"])


def test_a_key_is_made_and_retired(op):
    kid = op.json("key create", "--alg", "ES256")["kid"]
    assert op.json("key retire", kid)["state"] == "retired"
    assert op.refused("key retire", "nothing") == "oidc-op: there is no key nothing; oidc-op key list shows those there are\n"


def test_retiring_the_last_key_warns(op):
    kid = next(each["kid"] for each in op.json("key list") if each["alg"] == "ES256")
    op("key retire", kid)
    assert "nothing signs with ES256 any more" in op.err


def test_purge_says_what_it_dropped(op):
    assert op.json("purge") == dict.fromkeys(["grants", "sessions", "tickets", "consents", "keys", "clients"], 0)
    assert op("purge").splitlines()[0].strip() == "dropped"


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_an_algorithm_that_there_is_not(op, alg):
    op("key create", "--alg", alg)
    assert op.status == 2
    assert "invalid choice" in op.err


def pem(tmp_path, key, form=PrivateFormat.TraditionalOpenSSL):
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    return str(path)


def test_a_key_of_django_oidc_provider_keeps_its_kid_and_signs(op, tmp_path):
    file = pem(tmp_path, rsa.generate_private_key(65537, 2048))
    kid = hashlib.md5(Path(file).read_bytes().rstrip(b"\n")).hexdigest()  # creatersakey keeps no newline at the end
    made = op.json("key import", file)
    assert (made["kid"], made["alg"], made["state"]) == (kid, "RS256", "signing")
    assert kid in {each["kid"] for each in op.json("key list")}
    assert "PRIVATE" not in op("key list")


def test_an_imported_key_has_the_kid_that_is_given(op, tmp_path):
    file = pem(tmp_path, ec.generate_private_key(ec.SECP256R1()), PrivateFormat.PKCS8)
    assert op.json("key import", file, "--kid", "2019-05")["kid"] == "2019-05"
    assert op.refused("key import", file, "--kid", "2019-05") == "oidc-op: there is a key 2019-05 already\n"


def test_a_key_that_was_saved_in_djangos_admin_keeps_its_kid(op, tmp_path):
    """A browser sends CRLF, and the form takes away what is blank at the end."""
    path = Path(pem(tmp_path, rsa.generate_private_key(65537, 2048), PrivateFormat.PKCS8))
    stored = path.read_bytes().replace(b"\n", b"\r\n").strip()
    path.write_bytes(stored)
    assert op.json("key import", str(path))["kid"] == hashlib.md5(stored).hexdigest()


def test_of_several_keys_the_first_signs_as_in_django(op, tmp_path):
    files = []
    for number in (1, 2, 3):
        files.append(tmp_path / f"{number}.pem")
        made = rsa.generate_private_key(65537, 2048)
        files[-1].write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    kids = [hashlib.md5(file.read_bytes()).hexdigest() for file in files]
    assert [each["kid"] for each in op.json("key import", *map(str, files))] == kids
    signing = [line.split()[0] for line in op("key list").splitlines() if " RS256 " in line and " signing " in line]
    assert signing == [kids[0]]
    assert "name one key" in op.refused("key import", *map(str, files), "--kid", "x")


def test_a_key_is_imported_from_standard_input(op, tmp_path):
    file = pem(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    made = op.json("key import", "-", stdin=Path(file).read_text())
    assert (made["alg"], len(made["kid"])) == ("ES256", 43)


def test_a_key_that_is_too_short_is_not_imported(op, tmp_path):
    before = states(op)
    file = pem(tmp_path, rsa.generate_private_key(65537, 1024))
    assert op.refused("key import", file) == "oidc-op: an RSA key needs 2048 bits or more; this one has 1024\n"
    assert states(op) == before


def test_a_file_that_is_not_there(op):
    op("key import", "nothing.pem")
    assert (op.status, op.out) == (2, "")
    assert "cannot read nothing.pem" in op.err


def test_a_key_is_retired_once(op):
    kid = op.json("key create", "--alg", "ES256")["kid"]
    op("key retire", kid)
    assert op.refused("key retire", kid) == f"oidc-op: the key {kid} is retired already\n"


def test_the_warning_names_the_algorithm_and_what_signs_next_is_said(op):
    kid = next(each["kid"] for each in op.json("key list") if each["alg"] == "ES256")
    op("key retire", kid)
    assert f"oidc-op key create {op.ini} --alg ES256 makes another key" in op.err
    kid = next(each["kid"] for each in op.json("key list") if each["alg"] == "RS256")
    next_one = op.json("key rotate", "--alg", "RS256")[0]["kid"]
    assert f"Nothing signs with RS256 until {next_one} does, in " in op("key retire", kid)
    assert "warning" not in op.err


def test_the_list_shows_which_of_several_keys_signs(op):
    made = op.json("key create", "--alg", "ES256")["kid"]
    op("key rotate", "--alg", "RS256", "--now")
    rows = [line.split() for line in op("key list").splitlines()[1:]]
    assert [row[0] for row in rows if row[1:3] == ["ES256", "signing"]] in ([made], [rows[0][0]], [rows[1][0]])
    assert sorted((row[1], row[2]) for row in rows) == [
        ("ES256", "signing"),
        ("ES256", "spare"),
        ("RS256", "retired"),
        ("RS256", "signing"),
    ]
    assert all(("now" in row) == (row[2] == "signing") for row in rows)

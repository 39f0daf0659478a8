"""The master secret: what is sealed with it, what is digested, and where it comes from."""

import base64
import stat

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from oidc_op.secret import ENVIRONMENT, MasterSecret, SecretError, draw, draw_id, read_secret, write_secret

OLD, NEW = "the old line of the master secret", "the new line of the master secret"
SECRET = MasterSecret((OLD,))
ROTATED = MasterSecret((NEW, OLD))
AFTERWARDS = MasterSecret((NEW,))
purposes = st.text(max_size=20)


@given(purposes, st.binary(max_size=200))
def test_what_was_sealed_comes_back_and_only_for_its_purpose(purpose, value):
    sealed = SECRET.seal(purpose, value)
    assert SECRET.unseal(purpose, sealed) == value
    with pytest.raises(SecretError):
        SECRET.unseal(purpose + "x", sealed)


@given(st.binary(min_size=8, max_size=60))
def test_a_seal_hides_and_never_looks_the_same(value):
    sealed = SECRET.seal("p", value)
    assert value not in base64.urlsafe_b64decode(sealed + "==")
    assert sealed != SECRET.seal("p", value)
    assert len(sealed) == len(SECRET.seal("p", value))


@given(st.data())
def test_a_seal_that_was_tampered_with_is_broken(data):
    raw = bytearray(base64.urlsafe_b64decode(SECRET.seal("p", b"value") + "=="))
    place = data.draw(st.integers(min_value=0, max_value=len(raw) - 1))
    raw[place] ^= data.draw(st.integers(min_value=1, max_value=255))
    with pytest.raises(SecretError):
        SECRET.unseal("p", base64.urlsafe_b64encode(raw).decode())


@given(st.text(max_size=60))
def test_what_was_not_sealed_here_is_said_not_to_be(text):
    with pytest.raises(SecretError):
        SECRET.unseal("p", text)


def test_the_newest_line_makes_and_all_can_read():
    before, after = SECRET.seal("p", b"before"), ROTATED.seal("p", b"after")
    assert ROTATED.unseal("p", before) == b"before"
    assert AFTERWARDS.unseal("p", after) == b"after"
    with pytest.raises(SecretError):
        AFTERWARDS.unseal("p", before)
    assert ROTATED.digest("p", "v") == AFTERWARDS.digest("p", "v") != SECRET.digest("p", "v")
    assert ROTATED.matches("p", "v", SECRET.digest("p", "v"))
    assert not AFTERWARDS.matches("p", "v", SECRET.digest("p", "v"))


@given(purposes, st.text(max_size=30), st.text(max_size=30))
def test_a_digest_tells_values_and_purposes_apart(purpose, one, other):
    assert SECRET.matches(purpose, one, SECRET.digest(purpose, one))
    assert SECRET.matches(purpose, one, SECRET.digest(purpose, other)) == (one == other)
    assert not SECRET.matches(purpose, one, SECRET.digest(purpose + "x", one))
    assert not SECRET.matches(purpose, one, "")


def test_each_purpose_has_a_key_of_its_own():
    keys = [SECRET.derive(purpose) for purpose in ("a", "b", "seal a", "digest a")]
    assert len(set(keys)) == 4
    assert all(len(key) == 32 for key in keys)
    assert OLD.encode() not in b"".join(keys)


@pytest.mark.parametrize("lines", [(), ("",), ("x" * 31,), ("x" * 32, "y" * 31), ("x" * 40,), ("abcdefg" * 6,)])
def test_a_secret_that_can_be_guessed_is_refused(lines):
    with pytest.raises(SecretError):
        MasterSecret(lines)


def test_drawn_secrets_have_256_bits():
    assert len({draw() for _ in range(50)}) == 50
    assert all(len(base64.urlsafe_b64decode(draw() + "=")) == 32 for _ in range(5))


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    return tmp_path / "oidc_secret"


def test_a_new_file_is_for_its_owner_only_and_an_old_one_stays(file):
    assert write_secret(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert not write_secret(file)
    assert file.read_text() == text
    assert read_secret(file).derive("p") == MasterSecret((text.strip(),)).derive("p")


def test_lines_are_read_newest_first_and_blank_ones_passed_over(file):
    file.write_text(f"\n{NEW}\n\n  {OLD}  \n")
    file.chmod(0o600)
    assert read_secret(file).digests("p", "v") == ROTATED.digests("p", "v")


def test_the_environment_outranks_the_file(file, monkeypatch):
    write_secret(file)
    monkeypatch.setenv(ENVIRONMENT, f"{NEW}\n{OLD}")
    assert read_secret(file).digest("p", "v") == AFTERWARDS.digest("p", "v")
    assert read_secret("").unseal("p", SECRET.seal("p", b"x")) == b"x"


def test_a_missing_secret_names_what_makes_one(file):
    for path in (file, ""):
        with pytest.raises(SecretError, match="oidc-op init"):
            read_secret(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(file, mode):
    write_secret(file)
    file.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600"):
        read_secret(file)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"short", b"\xff" * 40])
def test_a_file_that_holds_no_secret_is_refused(file, content):
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SecretError):
        read_secret(file)


def test_a_drawn_name_is_never_taken_for_an_option(monkeypatch):
    drawn = iter(["-ab", "-cd", "efg"])
    monkeypatch.setattr("oidc_op.secret.secrets.token_urlsafe", lambda _size: next(drawn))
    assert draw_id(2) == "efg"


def test_each_day_has_a_key_of_its_own_and_what_was_sealed_before_is_read(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    today = SECRET.seal("p", b"value")
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0 + 3 * 86400)
    later = SECRET.seal("p", b"value")
    assert today[:4] != later[:4]  # the day is in front
    assert SECRET.unseal("p", today) == SECRET.unseal("p", later) == b"value"
    raw = base64.urlsafe_b64decode(later + "=" * (-len(later) % 4))
    moved = base64.urlsafe_b64encode(base64.urlsafe_b64decode(today[:4]) + raw[3:]).rstrip(b"=").decode()
    with pytest.raises(SecretError):
        SECRET.unseal("p", moved)
    nonce = bytes([1]) + bytes(range(11))  # as one of 256 began
    former = nonce + AESGCM(SECRET.derive("seal p")).encrypt(nonce, b"former", b"p")
    assert SECRET.unseal("p", base64.urlsafe_b64encode(former).rstrip(b"=").decode()) == b"former"

"""The answer that is kept for a client that lost it: only the refresh token that it answered opens it."""

import contextlib
import dataclasses
import hashlib
import json
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oidc_op.model.grant import RefreshToken
from oidc_op.model.handle import Handle
from oidc_op.protocol.refresh_handle import PURPOSE, draw_refresh, is_ours, open_answer, seal_answer
from oidc_op.secret import MasterSecret

KEY, ANOTHER = "A" * 16, "B" * 16
ANSWER = json.dumps({"access_token": "the access token", "refresh_token": "the next one"}).encode()
MASTER = "the master secret of a test, and long enough"
PROVIDER = SimpleNamespace(secret=MasterSecret((MASTER,)))


@pytest.fixture
def handle():
    """A refresh token, which was used."""
    return draw_refresh(PROVIDER, KEY)


@pytest.fixture
def sealed(handle):
    """The answer to its use, as the grant keeps it."""
    return seal_answer(handle, ANSWER)


def test_the_token_itself_opens_it(handle, sealed):
    assert open_answer(handle, sealed) == ANSWER


def test_another_token_of_the_same_grant_opens_nothing(handle, sealed):
    others = [draw_refresh(PROVIDER, KEY) for _ in range(20)]
    assert len({each.secret for each in (handle, *others)}) == 21
    assert [open_answer(each, sealed) for each in others] == [None] * 20


def test_nor_does_the_same_secret_under_the_key_of_another_grant(handle, sealed):
    assert open_answer(Handle(ANOTHER, handle.secret), sealed) is None


def opened_by(known, sealed):
    """Whether ``sealed`` opens with a key that is, or is made in the same way from, something known."""
    digested = [PROVIDER.secret.digest(PURPOSE, each.decode("latin-1")).encode() for each in known]
    made = [hashlib.sha256(before + each).digest() for each in (*known, *digested) for before in (b"", b"answer to ", KEY.encode())]
    for key in (*made, *(each for each in known if len(each) == 32)):
        with contextlib.suppress(InvalidTag):
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], KEY.encode()) == ANSWER
    return False


def test_the_record_together_with_the_master_secret_opens_nothing(handle, sealed):
    """Whoever has stolen both the store and the secret still has not seen the token."""
    record = RefreshToken(digest=draw_refresh(PROVIDER, KEY).digest, previous=handle.digest, rotated_at=1, answer=sealed)
    kept = [value if isinstance(value, bytes) else str(value).encode() for value in dataclasses.astuple(record)]
    known = [*kept, *(each.hex().encode() for each in kept), b"", KEY.encode(), MASTER.encode()]
    assert opened_by([*known, handle.secret.encode()], sealed)  # the only thing that is missing
    assert not opened_by(known, sealed)
    assert not any(hidden in b"".join(kept) for hidden in (ANSWER, handle.secret.encode()))


def test_what_was_altered_opens_as_nothing(handle, sealed):
    for number in (0, 12, len(sealed) - 1):
        assert open_answer(handle, sealed[:number] + bytes([sealed[number] ^ 1]) + sealed[number + 1 :]) is None
    assert open_answer(handle, b"") is None


def test_a_token_is_known_as_our_own_without_its_digest_and_a_guess_is_not(handle):
    assert is_ours(PROVIDER, handle)
    assert not is_ours(PROVIDER, Handle(KEY, handle.secret[::-1]))
    assert not is_ours(PROVIDER, Handle(ANOTHER, handle.secret))
    assert not is_ours(SimpleNamespace(secret=MasterSecret(("another master secret, as long as that one",))), handle)

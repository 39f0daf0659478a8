"""Refresh tokens as handles, which are recognised as our own even after their digests are gone.

Only so can the use of a token from further back be told from a guess, and revoke the family (RFC 9700 §4.14.2) without
letting anybody who knows no more than a grant's key end it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oidc_op.interfaces import IProvider
from oidc_op.model.grant import Grant
from oidc_op.model.handle import Handle

PURPOSE = "refresh_token"
NONCE = 12  # characters of base64url, 72 bits drawn; the rest are 96 bits of HMAC-SHA256


def draw_refresh(provider: IProvider, key: str) -> Handle:
    """A new refresh token of the grant at ``key``."""
    nonce = secrets.token_urlsafe(9)
    return Handle(key, nonce + _tag(provider.secret.digest(PURPOSE, key + nonce)))


def is_ours(provider: IProvider, handle: Handle) -> bool:
    """Whether this provider once made ``handle`` as a refresh token."""
    nonce, tag = handle.secret[:NONCE], handle.secret[NONCE:]
    return any(hmac.compare_digest(_tag(each), tag) for each in provider.secret.digests(PURPOSE, handle.key + nonce))


class RefreshToken(NamedTuple):
    """A refresh token that was presented, and its grant, dead or alive; ``is_current`` says that it is the newest of the grant."""

    handle: Handle
    grant: Grant
    is_current: bool


def find_refresh_token(provider: IProvider, text: str) -> RefreshToken | None:
    """Return the refresh token that ``text`` is, whether or not it was used; None where it is none that was made here."""
    handle = Handle.read(text)
    grant = provider.store.grants.get(handle.key) if handle else None
    if handle is None or grant is None:
        return None
    is_current = grant.refresh_token is not None and handle.matches(grant.refresh_token.digest)
    return RefreshToken(handle, grant, is_current) if is_current or is_ours(provider, handle) else None


def seal_answer(handle: Handle, answer: bytes) -> bytes:
    """``answer`` so that only the bearer of ``handle`` can read it (AES-256-GCM)."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key(handle)).encrypt(nonce, answer, handle.key.encode())


def open_answer(handle: Handle, sealed: bytes) -> bytes | None:
    """Return the answer that was sealed for ``handle``, or None."""
    try:
        return AESGCM(_key(handle)).decrypt(sealed[:12], sealed[12:], handle.key.encode())
    except (InvalidTag, ValueError):
        return None


def _tag(digest: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(digest)[:12]).decode("ascii")


def _key(handle: Handle) -> bytes:
    return hashlib.sha256(b"answer to " + handle.secret.encode("ascii")).digest()

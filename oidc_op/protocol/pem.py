"""Private keys in PEM form (RFC 7468), as other providers keep them."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, RSAKey

LEAST = 2048  # bits of an RSA key (RFC 7518 §3.3)
LONGEST_KID = 255
PKCS8 = "-----BEGIN PRIVATE KEY-----"


class UnfitKey(ValueError):
    """A key cannot sign here; says why."""


class Found(NamedTuple):
    """A private key, the algorithm that it signs with, and the ``kid`` that it has where nobody says another."""

    alg: str
    kid: str
    key: Any


def read_pem(text: str) -> Found:
    """The key in ``text``: RSA of 2048 bits or more, or P-256.

    :raises UnfitKey: it is not such a key.
    """
    given, text = text, text.replace("\r\n", "\n").strip()
    if text.count("PRIVATE KEY-----\n") > 1:
        raise UnfitKey("there is more than one private key in this")
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except TypeError:
        raise UnfitKey("the key is protected by a passphrase; take that away first, with: openssl pkey") from None
    except (ValueError, UnsupportedAlgorithm):
        what = "a public key or a certificate" if "PUBLIC KEY" in text or "CERTIFICATE" in text else "not a private key in PEM form"
        raise UnfitKey(f"this is {what}") from None
    if isinstance(key, RSAPrivateKey):
        if key.key_size < LEAST:
            raise UnfitKey(f"an RSA key needs {LEAST} bits or more; this one has {key.key_size}")
        return Found("RS256", seeds_kid(given), RSAKey.import_key(key))
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        ours = ECKey.import_key(key)
        return Found("ES256", ours.thumbprint(), ours)
    raise UnfitKey("the key must be an RSA key or one on the curve P-256")


def seeds_kid(text: str) -> str:
    """The ``kid`` that django-oidc-provider gives an RSA key: the MD5 of its text as ``creatersakey`` stored it.

    That ended in a newline since it was PKCS #8, and without one before. A key that was saved in Django's admin has the line ends
    of a browser (CRLF), and none at its end.
    """
    stored = text.strip()
    if stored.startswith(PKCS8) and "\r\n" not in stored:
        stored += "\n"
    return hashlib.md5(stored.encode(), usedforsecurity=False).hexdigest()


def checked_kid(kid: str) -> str:
    """:raises UnfitKey: it is not 1 to 255 printable ASCII characters."""
    if not kid or len(kid) > LONGEST_KID or not (kid.isascii() and kid.isprintable()):
        raise UnfitKey(f"a kid has 1 to {LONGEST_KID} printable ASCII characters")
    return kid

"""Proof Key for Code Exchange (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from oidc_op.protocol.errors import InvalidGrant, InvalidRequest

from .request import Authorization

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # what S256 always yields (§4.2)
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # §4.1


def check_pkce(authorization: Authorization) -> None:
    """Demand a challenge of those who cannot keep a secret, of others a challenge or a nonce (RFC 9700 §2.1.1)."""
    params, settings = authorization.params, authorization.provider.settings
    if "code_challenge" not in params:
        if "code_challenge_method" in params:
            raise InvalidRequest("code_challenge is missing")
        if authorization.gives_code:
            _check_without(authorization)
        return
    method = params.get("code_challenge_method", "plain")  # §4.3
    if method not in settings.code_challenge_methods:
        raise InvalidRequest("code_challenge_method is not supported", detail=f"{method!r}; here: {settings.code_challenge_methods}")
    form = CHALLENGE if method == "S256" else VERIFIER
    if not form.fullmatch(params["code_challenge"]):
        raise InvalidRequest("code_challenge is malformed")
    authorization.code_challenge = method, params["code_challenge"]


def _check_without(authorization: Authorization) -> None:
    """See that a code may be asked for without a challenge; a nonce binds it too, where the client gets an ID Token."""
    client = authorization.client
    if client.is_public:
        raise InvalidRequest("code_challenge is required of public clients")
    if authorization.provider.settings.pkce_required == "all":
        raise InvalidRequest("code_challenge is required here")
    has_nonce = authorization.is_authentication and "nonce" in authorization.params
    if client.pkce_or_nonce_required and not has_nonce:
        raise InvalidRequest(
            "code_challenge is required, or with the scope openid a nonce",
            detail=f"RFC 9700 §2.1.1; for a client that can do neither: client set {client.client_id} pkce_or_nonce_required=false",
        )


def verify_code_verifier(challenge: tuple[str, str] | None, verifier: str | None) -> None:
    """Compare the verifier with the challenge that the code was asked with (§4.6).

    :raises InvalidGrant: they do not belong together, or one is without the other (RFC 9700 §4.8.2).
    """
    if challenge is None:
        if verifier is not None:
            raise InvalidGrant("code_verifier is given, but there was no code_challenge")
        return
    if verifier is None:
        raise InvalidGrant("code_verifier is missing")
    method, expected = challenge
    found = _s256(verifier) if method == "S256" else verifier
    if not (VERIFIER.fullmatch(verifier) and hmac.compare_digest(found.encode(), expected.encode())):
        raise InvalidGrant("code_verifier does not match the code_challenge")


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

"""The ID Token (OIDC Core §2): what it says and how it is bound to what came with it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from oidc_op.model.client import Client
from oidc_op.model.grant import Grant

from .hooks import positional
from .subject import subject_of

HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


def id_token(provider: Any, client: Client, grant: Grant, account: Any, *, access_token: str = "", nonce: str = "") -> str:
    """The signed ID Token for ``client`` about ``account``."""
    now, alg = provider.now, client.id_token_signed_response_alg
    claims: dict[str, Any] = {
        "iss": provider.issuer,
        "sub": subject_of(provider, account, client),
        "aud": client.client_id,
        "exp": now + provider.settings.idtoken_expire,
        "iat": now,
    }
    if grant.auth_time:
        claims["auth_time"] = grant.auth_time
    if nonce:
        claims["nonce"] = nonce
    if grant.acr:
        claims["acr"] = grant.acr
    if grant.amr:
        claims["amr"] = list(grant.amr)
    if grant.sid:
        claims["sid"] = grant.sid
    if access_token:
        claims["at_hash"] = half_hash(alg, access_token)
    for hook in provider.configuration.id_token_hooks:
        claims = _call(hook, claims, account, grant, provider.request)
    return provider.keys.sign(alg, claims)


def half_hash(alg: str, value: str) -> str:
    """The left half of the hash of ``value`` that belongs to ``alg`` (OIDC Core §3.1.3.6), as base64url."""
    digest = HASHES[alg[-3:]](value.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode("ascii")


def _call(hook: Any, claims: dict[str, Any], account: Any, grant: Grant, request: Any) -> dict[str, Any]:
    """Both of the seed's signatures: ``(id_token, user)`` and ``(id_token, user, token, request, **kwargs)``."""
    return hook(claims, account) if positional(hook) == 2 else hook(claims, account, grant, request)  # noqa: PLR2004

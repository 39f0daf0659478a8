"""The ID Token (OIDC Core §2): what it says and how it is bound to what came with it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from oidc_op.interfaces import IProvider, JSONObject, Request
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant

from .claims import claims_of
from .client_secret import SYMMETRIC, signing_secret
from .dynamic_clients import mark_used
from .hooks import ask_hook, dictionary_of
from .subject import subject_of
from .symmetric import sign

HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


def id_token_claims(
    provider: IProvider,
    client: Client,
    grant: Grant,
    account: Any,
    *,
    access_token: str = "",
    code: str = "",
    nonce: str = "",
    scopes: tuple[str, ...] | None = None,
    with_claims: bool = False,
    request: Request | None = None,
) -> JSONObject:
    """Return the claims of an ID Token, after all hooks.

    ``access_token`` and ``code`` are what came with it. ``scopes`` are those that were granted this time, where they are not
    the grant's; ``with_claims`` puts in what they ask for, which is for a client that has no access token to ask with (OIDC
    Core §5.4). ``request`` is what hooks are shown: the request itself, where nothing else is said; at the authorization
    endpoint, that of ``hook_request``.

    :raises ServerError: a hook returned something else than a dictionary.
    """
    now, alg = provider.now, client.id_token_signed_response_alg
    claims: JSONObject = {}
    if with_claims or client.id_token_include_claims or provider.settings.idtoken_include_claims:
        claims = claims_of(provider, account, client, grant.scopes if scopes is None else scopes)
    claims |= {
        "iss": provider.issuer,
        "sub": subject_of(provider, account, client),
        "aud": client.client_id,
        "exp": now + provider.settings.idtoken_expire,
        "iat": now,
    }
    optional = {"auth_time": grant.auth_time, "nonce": nonce, "acr": grant.acr, "amr": list(grant.amr), "sid": grant.sid}
    claims |= {name: value for name, value in optional.items() if value}
    for name, value in (("at_hash", access_token), ("c_hash", code)):
        if value:
            claims[name] = half_hash(alg, value)
    shown = {"user": account, "token": grant, "request": provider.request if request is None else request}
    for hook in provider.configuration.id_token_hooks:
        claims = dictionary_of(hook, ask_hook(hook, claims, **shown))
    return claims


def sign_id_token(provider: IProvider, client: Client, claims: JSONObject) -> str:
    """The ID Token that says ``claims``, signed as ``client`` registered."""
    mark_used(provider, client)
    alg = client.id_token_signed_response_alg
    if alg in SYMMETRIC:
        return sign(alg, claims, signing_secret(provider, client))
    return provider.keys.sign(alg, claims)


def half_hash(alg: str, value: str) -> str:
    """The left half of the hash of ``value`` that belongs to ``alg`` (OIDC Core §3.1.3.6), as base64url."""
    digest = HASHES[alg[-3:]](value.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode("ascii")

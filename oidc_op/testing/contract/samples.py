"""One record of each kind, with every field filled, and a change to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from oidc_op.interfaces import IAccountCollection, IChangeCollection, ICollection, IConsentCollection, IExpiring, IGrantCollection
from oidc_op.model.account import Account
from oidc_op.model.change import Change
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent
from oidc_op.model.grant import AccessToken, Code, Grant, RefreshToken
from oidc_op.model.handle import HOUR, draw_key
from oidc_op.model.key import Key
from oidc_op.model.session import Session
from oidc_op.model.ticket import Ticket

NOW = 1_800_000_000  # seconds since the epoch, on a full hour
DIGEST = bytes(range(32))


class Sample(NamedTuple):
    """A collection's interface, a function that makes its records (the number makes them differ), and one that changes a record."""

    interface: Any
    make: Callable[[int], Any]
    change: Callable[[Any], Any]


def client(number: int = 0) -> Client:
    return Client(
        f"client-{number}",
        client_name="Größenwahn & Söhne <1>",
        application_type="native",
        redirect_uris=("https://rp.example/cb", "com.example.app:/cb"),
        post_logout_redirect_uris=("https://rp.example/",),
        token_endpoint_auth_method="client_secret_basic",
        client_secret_digest="0123456789abcdef",
        scope="openid email",
        default_max_age=0,
        contacts=("ann@example.com",),
        require_consent=False,
        owner="sub-1",
        created_at=NOW,
        other=(("jwks_uri", '"https://rp.example/jwks"'),),
        dynamic=True,
        used_at=NOW + 1,
    )


def account(number: int = 0) -> Account:
    return Account(f"sub-{number}", f"User.{number}@Example.com", "$argon2id$…", ("admin",), '{"name": "Ann Å"}', NOW, NOW + 1, NOW + 2)


def key(number: int = 0) -> Key:
    return Key(f"kid-{number}", "ES256", '{"kty": "EC"}', "sealed", NOW, NOW + 1, NOW + 2, NOW + 3)


def consent(number: int = 0, *, sub: str = "sub-1") -> Consent:
    return Consent(sub, f"client-{number}", ("openid", "email"), NOW, NOW + HOUR, NOW - 1)


def change(number: int = 0, *, name: str = "client-1") -> Change:
    return Change("clients", name, number, NOW, "Ann", "it moved", '{"client_name": "ü"}', "")


def grant(number: int = 0, *, sub: str = "sub-1", client_id: str = "client-1", expires_at: int = NOW + HOUR) -> Grant:
    """A grant whose code was not redeemed yet."""
    return Grant(
        draw_key(expires_at),
        client_id,
        sub,
        ("openid", "email"),
        NOW,
        expires_at,
        sid=f"sid-{number}",
        offline=True,
        auth_time=NOW - 1,
        acr="1",
        amr=("pwd",),
        nonce="n-0S6_WzA2Mj",
        redirect_uri="https://rp.example/cb?ü=1",
        code_challenge=("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "S256"),
        code=Code(DIGEST, NOW + 60),
    )


def redeemed(before: Grant) -> Grant:
    """``before``, its code redeemed for two access tokens and a refresh token."""
    return replace(
        before,
        code=Code(DIGEST, NOW + 60, used_at=NOW),
        access_tokens=(AccessToken(DIGEST, NOW + 3600), AccessToken(DIGEST[::-1], NOW + 60, ("openid",))),
        refresh_token=RefreshToken(DIGEST, DIGEST[::-1], NOW, b"\0answer"),
    )


def session(number: int = 0, *, expires_at: int = NOW + HOUR) -> Session:
    return Session(draw_key(expires_at, daily=True), f"sub-{number}", DIGEST, NOW, NOW, expires_at, "1", ("pwd", "otp"))


def ticket(number: int = 0, *, expires_at: int = NOW + HOUR) -> Ticket:
    return Ticket(draw_key(expires_at), "failures", expires_at, (number, "x"))


SAMPLES = {
    "clients": Sample(ICollection, client, lambda it: replace(it, client_name="", default_max_age=None)),
    "accounts": Sample(IAccountCollection, account, lambda it: replace(it, roles=(), valid_after=NOW + 9)),
    "keys": Sample(ICollection, key, lambda it: replace(it, retired_at=NOW + 9)),
    "consents": Sample(IConsentCollection, consent, lambda it: replace(it, scopes=())),
    "changes": Sample(IChangeCollection, change, lambda it: replace(it, after="{}")),
    "grants": Sample(IGrantCollection, grant, redeemed),
    "sessions": Sample(IExpiring, session, lambda it: replace(it, amr=())),
    "tickets": Sample(IExpiring, ticket, lambda it: replace(it, data=(2,))),
}
EXPIRING: dict[str, Callable[..., Any]] = {"grants": grant, "sessions": session, "tickets": ticket}

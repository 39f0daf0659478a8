"""Making and changing clients, whoever asks: metadata judged, secrets drawn and kept as digests only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from oidc_op.model.client import Client

from .client_authentication import SECRET
from .registration import Judged, judge


class RefusedMetadata(ValueError):
    """Client metadata that cannot be accepted; ``faults`` are pairs of member and reason."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{member}: {reason}" for member, reason in faults))
        self.faults = faults


class Made(NamedTuple):
    """A client, its secret where one was drawn (shown once, then forgotten), and warnings."""

    client: Client
    client_secret: str
    warnings: list[str]


def new_client(provider: Any, metadata: Mapping[str, Any]) -> Made:
    """A client of ``metadata``, with id and secret drawn where they are not given; it is not kept yet.

    :raises RefusedMetadata: a member is unknown or wrong.
    """
    judged = _judged(provider, {"client_id": secrets.token_urlsafe(12)} | dict(metadata))
    client = Client(**_members(judged), created_at=provider.now, valid_after=provider.now)
    return _with_secret(provider, client, judged)


def replaced_client(provider: Any, old: Client, metadata: Mapping[str, Any]) -> Made:
    """``old`` with all its members from ``metadata``; its secret stays where none is given and it still needs one.

    :raises RefusedMetadata: a member is unknown or wrong.
    """
    judged = _judged(provider, {**metadata, "client_id": old.client_id})
    client = Client(
        **_members(judged), created_at=old.created_at, valid_after=old.valid_after, client_secret_digest=old.client_secret_digest
    )
    return _with_secret(provider, client, judged)


def with_new_secret(provider: Any, client: Client) -> Made:
    """``client`` with another secret drawn; the one before is worth nothing any more.

    :raises RefusedMetadata: it is a public client, which has none.
    """
    if client.is_public:
        raise RefusedMetadata([("token_endpoint_auth_method", "a public client has no secret")])
    secret = secrets.token_urlsafe(32)
    return Made(replace(client, client_secret_digest=provider.secret.digest(SECRET, secret)), secret, [])


def _judged(provider: Any, metadata: Mapping[str, Any]) -> Judged:
    judged = judge(provider, metadata)
    if judged.faults:
        raise RefusedMetadata(judged.faults)
    return judged


def _members(judged: Judged) -> dict[str, Any]:
    return {name: value for name, value in judged.members.items() if name != "client_secret"}


def _with_secret(provider: Any, client: Client, judged: Judged) -> Made:
    if client.is_public:
        return Made(replace(client, client_secret_digest=""), "", judged.warnings)
    given = judged.members.get("client_secret")
    if given and provider.secret.matches(SECRET, given, client.client_secret_digest):
        return Made(client, "", judged.warnings)  # unchanged: an apply file may be applied again
    if given:
        return Made(replace(client, client_secret_digest=provider.secret.digest(SECRET, given)), "", judged.warnings)
    if client.client_secret_digest:
        return Made(client, "", judged.warnings)
    made = with_new_secret(provider, client)
    return made._replace(warnings=judged.warnings)

"""Making and changing clients, whoever asks: metadata judged, secrets drawn, and kept as digests where nobody signs with them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from oidc_op.interfaces import IProvider, JSONMapping, JSONObject
from oidc_op.model.client import Client
from oidc_op.secret import draw_id

from .client_secret import SYMMETRIC, draw_secret, matches, with_secret
from .registration import Judged, judge

NOBODY = "oidc-op"  # who it was, where nobody is known


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


def new_client(provider: IProvider, metadata: JSONMapping, *, by: str = "") -> Made:
    """A client of ``metadata``, with id and secret drawn where they are not given; it is not kept yet.

    ``by`` says who makes it, where that is not ``provider.by``: the ``sub`` of an account, or words.

    :raises RefusedMetadata: a member is unknown or wrong.
    """
    judged = _judged(provider, {"client_id": drawn_id()} | dict(metadata))
    if provider.accounts.get(judged.members["client_id"]) is not None:
        raise RefusedMetadata([("client_id", "is the sub of an account: a token's sub could mean either (RFC 9068 §5)")])
    now = provider.now
    client = Client(**_members(judged), created_at=now, valid_after=now, updated_at=now, updated_by=_author(provider, by))
    return _with_secret(provider, client, judged)


def replaced_client(provider: IProvider, old: Client, metadata: JSONMapping, *, by: str = "") -> Made:
    """``old`` with all its members from ``metadata``; its secret stays where none is given and it still needs one.

    :raises RefusedMetadata: a member is unknown or wrong.
    """
    judged = _judged(provider, {**metadata, "client_id": old.client_id})
    members = _members(judged)
    kept = {
        name: getattr(old, name)
        for name in ("created_at", "valid_after", "client_secret_digest", "updated_at", "updated_by", "dynamic", "used_at", "moved_at")
    }
    made = _with_secret(provider, Client(**members, **kept, client_secret_sealed=_sealed(old, members)), judged)
    if made.client == old:
        return made
    if made.client.redirect_places - old.redirect_places:
        made = made._replace(client=replace(made.client, moved_at=provider.now))
    return made._replace(client=replace(made.client, updated_at=provider.now, updated_by=_author(provider, by)))


def drawn_id() -> str:
    """A ``client_id`` that nobody has."""
    return draw_id(12)


def revision_of(provider: IProvider, client: Client) -> str:
    """Return a value that differs after any change of ``client``. A form carries it, so that no other change is lost unseen."""
    return provider.secret.digest("revision", repr(client))[:32]


def with_new_secret(provider: IProvider, client: Client, *, readable: bool = False, by: str = "") -> Made:
    """``client`` with another secret drawn; the one before is worth nothing any more.

    ``readable`` keeps it sealed beside its digest, for a client that is about to have its ID Tokens signed with it (HS256).

    :raises RefusedMetadata: it is a public client, which has none.
    """
    if client.is_public:
        raise RefusedMetadata([("token_endpoint_auth_method", "a public client has no secret")])
    secret = draw_secret()
    changed = with_secret(provider, client, secret, readable=readable)
    return Made(replace(changed, updated_at=provider.now, updated_by=_author(provider, by)), secret, [])


def _author(provider: IProvider, by: str) -> str:
    """Return who changes a client; from now on, the history says so too."""
    if by:
        provider.by = by
    return provider.by


def _judged(provider: IProvider, metadata: JSONMapping) -> Judged:
    judged = judge(provider, metadata)
    if judged.faults:
        raise RefusedMetadata(judged.faults)
    return judged


def _members(judged: Judged) -> JSONObject:
    return {name: value for name, value in judged.members.items() if name != "client_secret"}


def _with_secret(provider: IProvider, client: Client, judged: Judged) -> Made:
    """With the secret that is given, the one there is, or a new one."""
    given, signs = judged.members.get("client_secret", ""), client.id_token_signed_response_alg in SYMMETRIC
    if client.is_public:
        return Made(replace(client, client_secret_digest="", client_secret_sealed=""), "", judged.warnings)
    is_kept = bool(client.client_secret_digest) and bool(client.client_secret_sealed or not signs)
    if given:
        if is_kept and matches(provider, client, given):
            return Made(client, "", judged.warnings)  # an apply file may be applied again
        return Made(with_secret(provider, client, given), "", judged.warnings)
    if not client.client_secret_digest:
        secret = draw_secret()
        return Made(with_secret(provider, client, secret), secret, judged.warnings)
    if not is_kept:
        raise RefusedMetadata([("id_token_signed_response_alg", ONLY_A_DIGEST)])
    return Made(client, "", judged.warnings)


def _sealed(old: Client, members: JSONMapping) -> str:
    """The readable secret goes once nothing is signed with it any more."""
    used = old.id_token_signed_response_alg in SYMMETRIC
    use = members.get("id_token_signed_response_alg", "") in SYMMETRIC
    return old.client_secret_sealed if use or not used else ""


ONLY_A_DIGEST = (
    "HS256 signs with the client's secret, of which only a digest is kept; "
    "draw another first: oidc-op client secret X.ini CLIENT_ID --readable"
)

"""A token that is presented to be asked about (RFC 7662 §2.1) or given back (RFC 7009 §2.1)."""

from __future__ import annotations

from typing import NamedTuple

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant
from oidc_op.model.handle import Handle

from .client_authentication import read_authenticated
from .grant_validity import fault_of_grant
from .refresh_handle import is_ours

RECOGNISED = frozenset({"token", "token_type_hint", "client_id", "client_secret", "client_assertion", "client_assertion_type"})


class PresentedToken(NamedTuple):
    """A token, and the authenticated client that presents it; ``token_type_hint`` is not kept, since it may be wrong."""

    client: Client
    token: str


def read_presented(provider: IProvider) -> PresentedToken:
    """The token that this request presents.

    :raises InvalidRequest: the request is malformed, has parameters in its URL, or no token.
    :raises InvalidClient: its client is not authenticated.
    """
    client, params = read_authenticated(provider, RECOGNISED)
    return PresentedToken(client, params.required("token"))


def grant_of_refresh_token(provider: IProvider, text: str) -> Grant | None:
    """The grant, dead or alive, that the refresh token ``text`` belongs or once belonged to; None where it is no refresh token."""
    handle = Handle.read(text)
    grant = provider.store.grants.get(handle.key) if handle else None
    if grant is None or handle is None:
        return None
    return grant if _is_current(grant, handle) or is_ours(provider, handle) else None


def find_refresh_token(provider: IProvider, text: str, client: Client) -> Grant | None:
    """The grant that ``client`` could refresh with ``text``, or None."""
    handle = Handle.read(text)
    grant = provider.store.grants.get(handle.key) if handle else None
    if grant is None or handle is None or not _is_current(grant, handle) or grant.client_id != client.client_id:
        return None
    if fault_of_grant(provider, grant, client) or grant.key not in provider.store.grants.of_account(grant.sub, grant.client_id):
        return None
    return grant


def _is_current(grant: Grant, handle: Handle) -> bool:
    return grant.refresh_token is not None and handle.matches(grant.refresh_token.digest)

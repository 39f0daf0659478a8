"""A token that is presented to be asked about (RFC 7662 §2.1) or given back (RFC 7009 §2.1)."""

from __future__ import annotations

from typing import NamedTuple

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.grant import Grant

from .client_authentication import read_authenticated
from .grant_validity import fault_of_grant
from .refresh_handle import find_refresh_token

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


def refreshable(provider: IProvider, text: str, client: Client) -> Grant | None:
    """Return the grant that ``client`` could refresh with ``text``, or None."""
    found = find_refresh_token(provider, text)
    if found is None or not found.is_current or found.grant.client_id != client.client_id:
        return None
    grant = found.grant
    if fault_of_grant(provider, grant, client) or grant.key not in provider.store.grants.of_account(grant.sub, grant.client_id):
        return None
    return grant

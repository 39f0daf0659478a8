"""Access tokens as they are given out: opaque, with a digest in their grant, or as a JWT that says everything itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.grant import AccessToken, Grant
from oidc_op.model.handle import Handle
from oidc_op.model.scope import join_scope
from oidc_op.process.limits import log_limit_reached

from .dynamic_clients import mark_used
from .jwt_access_token import make

JWT, OPAQUE = "jwt", "opaque"


class Given(NamedTuple):
    """An access token, the scopes it carries, and its grant as it is to be kept; ``expires_in`` is seconds."""

    text: str
    scopes: tuple[str, ...]
    expires_in: int
    grant: Grant

    @property
    def members(self) -> JSONObject:
        """The members of the response that concern it (RFC 6749 §4.2.2, §5.1)."""
        said = {"access_token": self.text, "token_type": "Bearer", "expires_in": self.expires_in}
        return said | ({"scope": join_scope(self.scopes)} if self.scopes else {})


def give_access_token(provider: IProvider, client: Client, grant: Grant, scopes: tuple[str, ...] | None = None) -> Given:
    """A new access token of ``grant``; ``scopes`` narrows it. The grant is the caller's to keep."""
    mark_used(provider, client)
    now = provider.now
    expires_at = min(now + provider.settings.token_expire, grant.expires_at)
    carried = grant.scopes if scopes is None else scopes
    if format_of(provider, client) == JWT:
        text = make(provider, client, grant, carried, expires_at, audience_of(provider, carried))
        return Given(text, carried, expires_at - now, grant)
    handle = Handle.draw(grant.key)
    most = provider.settings.max_access_tokens_per_grant
    if len(grant.live_access_tokens(now)) >= most:
        what = f"the oldest access token of a grant of client {client.client_id} ended"
        log_limit_reached("max_access_tokens_per_grant", what, provider.request.tm)
    kept = grant.with_access_token(AccessToken(handle.digest, expires_at, scopes, now), now, most)
    return Given(str(handle), carried, expires_at - now, kept)


def format_of(provider: IProvider, client: Client) -> str:
    """``opaque`` or ``jwt``: the client's own choice before the provider's."""
    return client.access_token_format or provider.settings.access_token_format


def audience_of(provider: IProvider, scopes: Iterable[str]) -> tuple[str, ...]:
    """The resource servers that ``scopes`` are for (RFC 9068 §3); the provider itself for those that name none."""
    known = provider.configuration.scopes
    found = [known[scope].audience if scope in known else "" for scope in scopes] or [""]
    return tuple(dict.fromkeys(each or provider.issuer for each in found))

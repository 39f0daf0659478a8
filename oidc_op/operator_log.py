"""What an operator reads: one line for each refusal, sign-in, sign-out and end of a grant.

A line names client, account, address and request, is bounded in length, and holds no password, code, token or secret.
"""

from __future__ import annotations

import logging
import re
import secrets

from .events import Event, GrantRevoked, SessionEnded, SignedIn, SignInFailed, SignInThrottled
from .interfaces import Configurator, IProvider
from .model.address import address_of
from .protocol.client_authentication import CLIENT
from .protocol.errors import OAuthError

refused = logging.getLogger("oidc_op.refused")
security = logging.getLogger("oidc_op.security")
LONGEST = 500  # characters of what was sent
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOT_PLAIN = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")


def plain(text: str) -> str:
    """Return ``text`` on one line and no longer than an operator reads."""
    line = NOT_PLAIN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def request_id(provider: IProvider) -> str:
    """Return the id of this request: the header X-Request-ID where it is plain, else one drawn for it."""
    environ = provider.request.environ
    if "oidc_op.request_id" not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ["oidc_op.request_id"] = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(6)
    return str(environ["oidc_op.request_id"])


def _address(provider: IProvider) -> str:
    return plain(address_of(provider.request.environ))


def log_refusal(provider: IProvider, error: OAuthError) -> None:
    """Log a refusal, whether it was raised or returned.

    A client that has not proved who it is stands in brackets.
    """
    request, authorization = provider.request, error.authorization
    client = request.environ.get(CLIENT, "-")
    if authorization is not None and authorization.client is not None:
        client = authorization.client.client_id
    where = f"{plain(request.path)} (client {plain(client)}, address {_address(provider)}, request {request_id(provider)})"
    refused.info("%s at %s: %s", error.error, where, plain(error.detail))


def _log(event: Event, text: str) -> None:
    """Log what happened once it is certain: a request that lost a race is run again."""
    provider = event.provider
    line = f"{plain(text)} (address {_address(provider)}, request {request_id(provider)})"
    event.after_commit(lambda: security.info("%s", line))


def signed_in(event: SignedIn) -> None:
    _log(event, f"signed in: {event.sub} by {' '.join(event.amr) or 'the host'}")


def sign_in_failed(event: SignInFailed) -> None:
    _log(event, f"wrong user name or password for {event.login!r}")


def sign_in_throttled(event: SignInThrottled) -> None:
    _log(event, f"not checked, after too many failures, for {event.retry_after} seconds: a sign-in as {event.login!r}")


def session_ended(event: SessionEnded) -> None:
    _log(event, f"signed out: {event.sub}")


def grant_revoked(event: GrantRevoked) -> None:
    _log(event, f"revoked a grant of client {event.grant.client_id} by {event.grant.sub or 'nobody'}: {event.reason}")


def includeme(config: Configurator) -> None:
    for subscriber, event in (
        (signed_in, SignedIn),
        (sign_in_failed, SignInFailed),
        (sign_in_throttled, SignInThrottled),
        (session_ended, SessionEnded),
        (grant_revoked, GrantRevoked),
    ):
        config.add_subscriber(subscriber, event)

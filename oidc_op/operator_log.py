"""The log that an operator reads: one line for each refusal, sign-in, sign-out, revoked grant and change of the configuration.

A line names client, account, address and request, is bounded in length, and holds no password, code, token or secret.
"""

from __future__ import annotations

import logging
import re
import secrets

from .events import ConfigurationChanged, Event, GrantRevoked, SessionEnded, SignedIn, SignInFailed, SignInThrottled
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
    authorization = error.authorization
    client = provider.request.environ.get(CLIENT, "-")
    if authorization is not None and authorization.client is not None:
        client = authorization.client.client_id
    log_refused(provider, error.error, error.detail, client)


def log_refused(provider: IProvider, what: str, why: str, client: str = "-") -> None:
    """Log that a request was refused: ``what`` the answer calls it, and why, for the operator alone."""
    refused.info("%s at %s: %s", what, place(provider, client), plain(why))


def place(provider: IProvider, client: str = "-") -> str:
    """Return where something happened: the path, the client, the address that asked, and the id of the request."""
    path = plain(provider.request.path)
    return f"{path} (client {plain(client)}, address {_address(provider)}, request {request_id(provider)})"


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


def configuration_changed(event: ConfigurationChanged) -> None:
    change = event.change
    verb = "removed" if not change.after else "changed" if change.before else "added"
    why = f": {change.why}" if change.why else ""
    what = change.kind.removesuffix("s")
    _log(event, f"{verb} the {what} {change.name}, by {change.by or 'nobody known'}{why}")


def includeme(config: Configurator) -> None:
    for subscriber, event in (
        (signed_in, SignedIn),
        (sign_in_failed, SignInFailed),
        (sign_in_throttled, SignInThrottled),
        (session_ended, SessionEnded),
        (grant_revoked, GrantRevoked),
        (configuration_changed, ConfigurationChanged),
    ):
        config.add_subscriber(subscriber, event)

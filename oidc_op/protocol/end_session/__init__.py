"""The end-session endpoint's decision (RP-Initiated Logout 1.0), as a table of steps."""

from __future__ import annotations

from typing import Any

from oidc_op.protocol.authorization_response import Redirect
from oidc_op.protocol.errors import InvalidRequest, OAuthError
from oidc_op.protocol.id_token_hint import audiences, verify_hint
from oidc_op.protocol.subject import subject_of

from .request import EndSession, Page


def read_hint(ending: EndSession) -> None:
    """Verify that the hint is an ID Token of ours, expired or not (§2)."""
    token = ending.params.get("id_token_hint")
    if token is not None:
        ending.hint = verify_hint(ending.provider, token)
        if ending.hint is None:
            raise InvalidRequest("id_token_hint is not an ID Token of this provider")


def find_client(ending: EndSession) -> None:
    """Find the client that the hint was made for, or that ``client_id`` names; both must mean the same (§2)."""
    client_id = ending.params.get("client_id")
    if ending.hint is not None:
        meant = audiences(ending.hint)
        if client_id is None:
            client_id = ending.hint.get("azp") or (meant[0] if len(meant) == 1 else None)
        if client_id not in meant:
            raise InvalidRequest("id_token_hint was not made for client_id", detail=f"{client_id!r}; it was made for {meant}")
    if client_id is not None:
        ending.client = ending.provider.store.clients.get(client_id)
        if ending.client is None:
            raise InvalidRequest("this application is not registered here", detail=f"no client {client_id!r}")


def check_post_logout_redirect_uri(ending: EndSession) -> None:
    """Compare with what the client registered, byte for byte; whoever names no client is not redirected (§3)."""
    uri, client = ending.params.get("post_logout_redirect_uri"), ending.client
    if uri is None or client is None:
        return
    if uri not in client.post_logout_redirect_uris:
        raise InvalidRequest(
            "post_logout_redirect_uri is not registered for this application",
            detail=f"{uri!r}; registered: {client.post_logout_redirect_uris}",
        )
    ending.post_logout_redirect_uri = uri


CHECKS = (
    read_hint,  # whose session it is                                   §2
    find_client,  # who asks: by the hint, by client_id, or by both     §2
    check_post_logout_redirect_uri,  # where to go afterwards           §3
)


def decide(ending: EndSession) -> Any:
    """The answer to a logout request: a redirect to the client, a ``Page``, or what a hook gives instead.

    A session that lives is worth a question even where the request is faulty: the person did want to sign out.

    :raises OAuthError: the request is faulty, and nobody is signed in who could be asked.
    """
    try:
        for check in CHECKS:
            check(ending)
    except OAuthError as fault:
        ending.fault = fault
    ending.session = ending.provider.session
    if ending.session is None:
        if ending.fault is not None:
            raise ending.fault
        return ending.next_page or Page.SIGNED_OUT
    if not may_end(ending):
        return Page.ASK
    return _asked_of_hooks(ending) or _ended(ending)


def may_end(ending: EndSession) -> bool:
    """Whether the session may end without a question: the person said so, or the hint proves whose it is (§2)."""
    session, hint = ending.session, ending.hint
    if session is None or ending.confirmed == session.mark:
        return True
    if ending.fault is not None or hint is None or ending.client is None:
        return False
    account = ending.provider.accounts.get(session.sub)
    return subject_of(ending.provider, account, ending.client) == hint["sub"] and hint.get("sid") == session.key


def _asked_of_hooks(ending: EndSession) -> Any:
    """The first response that a hook gives: it takes the matter over, and the session stands until it ends it."""
    provider, params, next_page = ending.provider, ending.params, ending.next_page
    for hook in provider.configuration.after_end_session_hooks:
        response = hook(
            provider.request,
            id_token=params.get("id_token_hint") if ending.hint is not None else None,
            post_logout_redirect_uri=ending.post_logout_redirect_uri or None,
            state=params.get("state"),
            client=ending.client,
            next_page=next_page.location if next_page else provider.url("end-session"),
        )
        if response is not None:
            return response
    return None


def _ended(ending: EndSession) -> Redirect | Page:
    ending.provider.signed_out(ending.client)
    return ending.next_page or Page.SIGNED_OUT

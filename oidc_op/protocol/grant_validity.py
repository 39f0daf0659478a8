"""Whether a grant is alive: nothing that hangs from it outlives its session, account, client or consent."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import IProvider
from oidc_op.model.client import Client
from oidc_op.model.consent import Consent, consent_key
from oidc_op.model.grant import Grant


def made_at(provider: IProvider, client: Client, account: Any = None) -> int:
    """The moment that a grant made now bears, in seconds since the epoch.

    Ending things takes the whole second in which it happens, so what is made later in that second is dated after it.
    """
    moments = [provider.now, client.valid_after]
    if account is not None:
        consent = provider.store.consents.get(consent_key(str(account.sub), client.client_id))
        moments += [getattr(account, "valid_after", 0), consent.valid_after if consent else 0]
    return max(moments)


def standing_consent(provider: IProvider, client: Client, account: Any) -> Consent | None:
    """The consent that ``account`` gave to ``client``, if it stands.

    One that was given to an earlier client of this ``client_id``, or by an earlier account of this ``sub``, does not, nor does
    one that was taken back since, or given before the client moved to another host.
    """
    consent = provider.store.consents.get(consent_key(str(account.sub), client.client_id))
    if consent is None or consent.given_at < max(
        client.valid_after, client.moved_at, consent.valid_after, getattr(account, "created_at", 0)
    ):
        return None
    return consent


def fault_of_grant(provider: IProvider, grant: Grant, client: Client | None) -> str:
    """Why ``grant`` is dead, for the operator's log, or "" where it lives. ``client`` is the one it was made for."""
    store, made = provider.store, grant.created_at
    if not grant.is_live(provider.now):
        return "the grant has been revoked" if grant.revoked_at else "the grant has ended"
    if client is None or made < client.valid_after:
        return "the client is gone, or its grants were revoked"
    if not grant.sub:
        return ""
    consent = store.consents.get(consent_key(grant.sub, grant.client_id))
    if consent is not None and made < consent.valid_after:
        return "the person revoked the client's access"
    if grant.sid and not grant.offline:
        session = store.sessions.get(grant.sid)
        if session is None or not session.is_live(provider.now):
            return "the session has ended"
    account = provider.accounts.get(grant.sub)
    if account is None or made < getattr(account, "valid_after", 0):
        return "the account is gone, or its grants were revoked"
    return ""

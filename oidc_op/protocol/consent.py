"""Remembering what a person allowed a client, until it is taken back."""

from __future__ import annotations

from dataclasses import replace

from oidc_op.events import ConsentGranted, ConsentRevoked
from oidc_op.interfaces import IProvider
from oidc_op.model.consent import Consent, consent_key

from .authorization.request import Authorization
from .grant_validity import made_at, standing_consent

DAY = 86400


def remember(authorization: Authorization) -> None:
    """Write down the consent for this request, and for later ones where the client reuses it.

    New scopes are united with those of a consent that still stands.
    """
    provider, client, now = authorization.provider, authorization.client, authorization.now
    account, scopes = authorization.account, authorization.scopes
    authorization.progress.consented, authorization.progress.consented_scopes = authorization.mark, scopes
    provider.request.registry.notify(ConsentGranted(provider, account, client, scopes))
    if not client.reuse_consent:
        return
    expires_at = now + provider.settings.skip_consent_expire * DAY
    consents, given_at = provider.store.consents, made_at(provider, client, account)
    old = consents.get(consent_key(account.sub, client.client_id))
    if old is None:
        consents.add(Consent(account.sub, client.client_id, scopes, given_at, expires_at))
        return
    stands = standing_consent(provider, client, account)
    earlier = stands.scopes if stands and now < stands.expires_at else ()
    consents.put(replace(old, scopes=tuple(dict.fromkeys((*earlier, *scopes))), given_at=given_at, expires_at=expires_at))


def take_back(provider: IProvider, sub: str, client_id: str) -> None:
    """End all that the account granted the client, also where no consent was kept; the person is asked anew.

    The moment stays written until the last thing it ended would have ended by itself.
    """
    settings, consents, now = provider.settings, provider.store.consents, provider.now
    old = consents.get(consent_key(sub, client_id))
    until = now + max(settings.refresh_token_expire, settings.session_expire) + settings.token_expire
    consent = (old or Consent(sub, client_id)).taken_back(now, until)
    (consents.add if old is None else consents.put)(consent)
    provider.store.grants.unlist(sub, client_id)
    provider.request.registry.notify(ConsentRevoked(provider, sub, client_id))

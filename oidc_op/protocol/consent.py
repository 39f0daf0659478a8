"""Remembering what a person allowed a client."""

from __future__ import annotations

from dataclasses import replace

from oidc_op.events import ConsentGranted
from oidc_op.model.consent import Consent, consent_key

from .authorization.request import Authorization
from .liveness import made_at, standing_consent

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

"""Consent: has the person allowed the client what it asks for (OIDC Core §3.1.2.4)."""

from __future__ import annotations

from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.errors import ConsentRequired
from oidc_op.protocol.liveness import standing_consent

from .check import Check


def asking_was_asked_for(authorization: Authorization) -> bool:
    return "consent" in authorization.prompt and not authorization.has_consented


def the_client_may_be_an_impostor(authorization: Authorization) -> bool:
    """Anyone can pretend to be an installed application, so its person is asked each time (RFC 8252 §8.6)."""
    return authorization.client.is_native and not authorization.has_consented


def something_new_is_asked(authorization: Authorization) -> bool:
    client = authorization.client
    if not client.require_consent or authorization.has_consented:
        return False
    if not client.reuse_consent:
        return True
    consent = standing_consent(authorization.provider, client, authorization.account)
    return consent is None or not consent.covers(authorization.scopes, authorization.now)


CONSENT = Check(
    "consent",
    page="consent",
    refusal=ConsentRequired,
    reasons=(asking_was_asked_for, the_client_may_be_an_impostor, something_new_is_asked),
)

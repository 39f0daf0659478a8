"""Consent: has the person allowed the client what it asks for (OIDC Core §3.1.2.4)."""

from __future__ import annotations

from oidc_op.model.redirect_uri import is_on_the_device
from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.errors import ConsentRequired
from oidc_op.protocol.grant_validity import standing_consent

from .check import Check

CODE = frozenset({"code"})
IMPLICIT = (frozenset({"id_token"}), frozenset({"id_token", "token"}))


def asking_was_asked_for(authorization: Authorization) -> bool:
    return "consent" in authorization.prompt and not authorization.has_consented


def the_client_may_be_an_impostor(authorization: Authorization) -> bool:
    """Anyone on the device can claim a private-use scheme or a loopback port, so the person is asked each time (RFC 8252 §8.6).

    The redirect URI that is used decides, whatever kind of application the client says it is. A confidential client that
    asks for a code alone is none: nobody else can redeem it.
    """
    client = authorization.client
    could_be_claimed = is_on_the_device(authorization.redirect_uri) and (client.is_public or authorization.response_types != CODE)
    return (client.is_native or could_be_claimed) and not authorization.has_consented


def something_new_is_asked(authorization: Authorization) -> bool:
    client = authorization.client
    if authorization.has_consented or (not client.require_consent and is_who_it_says(authorization)):
        return False
    if not client.reuse_consent:
        return True
    consent = standing_consent(authorization.provider, client, authorization.account)
    return consent is None or not consent.covers(authorization.scopes, authorization.now)


def is_who_it_says(authorization: Authorization) -> bool:
    """Whether the client proves who it is, or gets nothing but what its redirect URI is good for: the seed's rule.

    A public client that asks for a code is asked about, whatever ``require_consent`` says.
    """
    return not authorization.client.is_public or authorization.response_types in IMPLICIT


CONSENT = Check(
    "consent",
    page="consent",
    refusal=ConsentRequired,
    reasons=(asking_was_asked_for, the_client_may_be_an_impostor, something_new_is_asked),
)

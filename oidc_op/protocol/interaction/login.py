"""Sign-in: who is it, and how long ago did they prove it (OIDC Core §3.1.2.3)."""

from __future__ import annotations

from oidc_op.protocol.authorization.request import Authorization
from oidc_op.protocol.errors import LoginRequired
from oidc_op.protocol.subject import subject_of

from .check import Check
from .consent import CONSENT


def nobody_is_signed_in(authorization: Authorization) -> bool:
    return authorization.session is None or authorization.account is None


def signing_in_again_was_asked_for(authorization: Authorization) -> bool:
    return "login" in authorization.prompt and not authorization.signed_in_for_this


def another_account_was_asked_for(authorization: Authorization) -> bool:
    return authorization.progress.other and not authorization.signed_in_for_this


def signed_in_too_long_ago(authorization: Authorization) -> bool:
    if authorization.max_age is None or authorization.session is None or authorization.signed_in_for_this:
        return False
    age = authorization.now - authorization.session.auth_time
    return age > authorization.max_age or authorization.max_age == 0


def someone_else_was_hinted_at(authorization: Authorization) -> bool:
    """By ``id_token_hint``; a person who was sent to sign in and came back as another is not sent again.

    A client that signs hints with its own secret can name anybody. It does not learn from ``prompt=none`` whether that is who
    is signed in, before that person has allowed it anything: consent is refused first.
    """
    if not authorization.hinted_sub:
        return False
    if "none" in authorization.prompt and authorization.hint_is_the_clients and CONSENT.unmet(authorization):
        return False
    return subject_of(authorization.provider, authorization.account, authorization.client) != authorization.hinted_sub


LOGIN = Check(
    "login",
    page="login",
    refusal=LoginRequired,
    reasons=(
        nobody_is_signed_in,
        signing_in_again_was_asked_for,
        another_account_was_asked_for,
        signed_in_too_long_ago,
        someone_else_was_hinted_at,
    ),
)

"""Making and changing the embedded accounts, whoever asks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from oidc_op.interfaces import IPasswordHasher, IProvider
from oidc_op.model.account import Account
from oidc_op.secret import draw_id

from .password import checked_password

DJANGO_HASH = re.compile(r"(pbkdf2_sha(1|256)|argon2|bcrypt(_sha256)?|scrypt|(un)?salted_\w+|sha1|md5)\$")
LONGEST_NAME = 255  # characters of a user name or sub (OIDC Core §2)


def new_account(
    provider: IProvider,
    username: str,
    password: str,
    *,
    sub: str = "",
    roles: tuple[str, ...] = (),
    claims: Mapping[str, object] | None = None,
) -> Account:
    """An account that is not kept yet; its ``sub`` is drawn where none is given.

    :raises ValueError: the user name, ``sub`` or password will not do.
    """
    if sub and provider.store.clients.get(sub) is not None:
        raise ValueError("sub is the client_id of a client: a token's sub could mean either")
    now = provider.now
    account = Account(
        sub=checked_sub(sub) if sub else draw_id(16),
        username=checked_username(username),
        roles=roles,
        claims=text_of(claims or {}),
        created_at=now,
        updated_at=now,
        valid_after=now,
    )
    return replace(account, password=hashed(provider, password)) if password else account


def with_password(provider: IProvider, account: Account, password: str) -> Account:
    """``account`` with another password; what was granted and begun with the old one is dead.

    :raises ValueError: the password will not do.
    """
    ended = max(provider.now, account.valid_after) + 1  # this very second included
    return replace(account, password=hashed(provider, password), valid_after=ended)


def hashed(provider: IProvider, password: str) -> str:
    """:raises ValueError: the password will not do."""
    if DJANGO_HASH.match(password):
        raise ValueError("password is a hash of Django's, and would be taken for the password itself; leave it out, and set another")
    return provider.request.registry.getUtility(IPasswordHasher).hash(checked_password(password))


def text_of(claims: Mapping[str, object]) -> str:
    """Claims as an account keeps them."""
    return json.dumps(claims, ensure_ascii=False, sort_keys=True)


def checked_username(username: str) -> str:
    """:raises ValueError: it is empty, too long or has control characters."""
    if not username.strip() or len(username) > LONGEST_NAME or not username.isprintable():
        raise ValueError(f"username must have 1 to {LONGEST_NAME} printable characters")
    return username


def checked_sub(sub: str) -> str:
    """:raises ValueError: it is not 1 to 255 printable ASCII characters (OIDC Core §2)."""
    if not sub or len(sub) > LONGEST_NAME or not (sub.isascii() and sub.isprintable()):
        raise ValueError(f"sub must have 1 to {LONGEST_NAME} printable ASCII characters")
    return sub

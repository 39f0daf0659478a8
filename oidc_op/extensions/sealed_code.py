"""Sealed authorization codes: a code is the grant itself, which is written when the code is redeemed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import partial
from typing import Any

from zope.interface import implementer

from oidc_op.interfaces import Configurator, ICodes, IProvider
from oidc_op.model.grant import Code, Grant
from oidc_op.model.handle import Handle
from oidc_op.protocol.codes import STORED, Found
from oidc_op.secret import SecretError
from oidc_op.store import AlreadyExists, Conflict
from oidc_op.store.codec import Shape

SEAL = "authorization code of "
LIMIT = 2048  # characters; a longer one is stored, since proxies read a response's head into 4 KiB
NO_DIGEST = b""  # of a code without a secret of its own; no handle matches it
SHAPE = Shape(Grant)
DEFAULTS = [field.default for field in fields(Grant)]


@implementer(ICodes)
class SealedCodes:
    """Nothing is stored at authorization. Who redeems a code first adds its grant, and who comes later finds it at its key."""

    def keep(self, provider: IProvider, grant: Grant, expires_at: int) -> tuple[Grant, str]:
        text = seal(provider, grant, expires_at)
        if len(text) > LIMIT:
            return STORED.keep(provider, grant, expires_at)
        return replace(grant, code=Code(NO_DIGEST, expires_at)), text

    def find(self, provider: IProvider, text: str) -> Found | None:
        if Handle.read(text):
            return STORED.find(provider, text)
        opened = unseal(provider, text) if len(text) <= LIMIT else None
        if opened is None:
            return None
        grant, expires_at = opened
        grants = provider.store.grants
        kept = grants.get(grant.key)
        if kept is None:
            return Found(grant, Code(NO_DIGEST, expires_at), partial(_add, grants))
        if kept.code is None or kept.code.digest != NO_DIGEST:  # the key was drawn twice
            return None
        return Found(kept, kept.code, grants.put)


def seal(provider: IProvider, grant: Grant, expires_at: int) -> str:
    """A code that is ``grant``; ``expires_at`` is the code's own."""
    values = list(SHAPE.flatten(grant))
    while values[-1] == DEFAULTS[len(values) - 1]:
        values.pop()
    return provider.secret.seal(_purpose(provider), json.dumps([expires_at, *values], separators=(",", ":")).encode("ascii"))


def unseal(provider: IProvider, text: str) -> tuple[Grant, int] | None:
    """The grant that the code ``text`` is, and when that code expires; None where it was not sealed here."""
    try:
        expires_at, *values = json.loads(provider.secret.unseal(_purpose(provider), text))
        return SHAPE.restore(_tuples(values)), expires_at
    except (SecretError, TypeError):  # a newer version may have sealed more than is known here
        return None


def _purpose(provider: IProvider) -> str:
    """The purpose of the seal. No other sealed value passes for a code, nor does a code of another issuer that has this secret."""
    return SEAL + provider.settings.issuer


def _tuples(value: Any) -> Any:
    """Lists are what JSON makes of tuples."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _add(grants: Any, grant: Grant) -> None:
    """Turn AlreadyExists into a Conflict: some stores notice at once that another request was first, others only at the commit."""
    try:
        grants.add(grant)
    except AlreadyExists as error:
        raise Conflict(grant.key) from error


def includeme(config: Configurator) -> None:
    config.set_oidc_codes(SealedCodes())

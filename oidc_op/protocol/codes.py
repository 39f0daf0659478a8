"""Authorization codes: what is kept of one, and how the grant behind it is found again (RFC 6749 §4.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from zope.interface import implementer

from oidc_op.interfaces import ICodes, IProvider
from oidc_op.model.grant import Code, Grant
from oidc_op.model.handle import Handle


class Found(NamedTuple):
    """The grant behind a code, its code, and what writes it once the code is used."""

    grant: Grant
    code: Code
    write: Callable[[Grant], None]


@implementer(ICodes)
class StoredCodes:
    """A code is a handle to a grant, which is stored from the authorization on."""

    def keep(self, provider: IProvider, grant: Grant, expires_at: int) -> tuple[Grant, str]:
        handle = Handle.draw(grant.key)
        grant = replace(grant, code=Code(handle.digest, expires_at))
        provider.store.grants.add(grant)
        return grant, str(handle)

    def find(self, provider: IProvider, text: str) -> Found | None:
        handle = Handle.read(text)
        grant = provider.store.grants.get(handle.key) if handle else None
        if handle is None or grant is None or grant.code is None or not handle.matches(grant.code.digest):
            return None
        return Found(grant, grant.code, provider.store.grants.put)


STORED = StoredCodes()


def codes_of(provider: IProvider) -> Any:
    """The ``ICodes`` of this provider."""
    return provider.request.registry.queryUtility(ICodes, default=STORED)

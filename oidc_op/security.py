"""Authorization: the principals of a request, and the ACLs of the resource tree."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import ACLHelper, Allow, Authenticated, Everyone
from pyramid.httpexceptions import HTTPForbidden

from oidc_op.interfaces import Configurator, IAccountsFactory, IProvider, Request

PUBLIC = [(Allow, Everyone, "use")]

_acl = ACLHelper()


def principals(provider: IProvider) -> list[str]:
    """Return whom the person behind a request may act as: themselves, and their roles.

    A host may use the same words for roles of its own, so those count only where ``oidc.trust_host_roles`` says so.
    """
    session = provider.session
    account = provider.accounts.get(session.sub) if session else None
    if session is None or account is None:
        return [Everyone]
    is_ours = provider.request.registry.queryUtility(IAccountsFactory) is None
    counted = is_ours or provider.settings.trust_host_roles
    roles = (f"role:{role}" for role in (getattr(account, "roles", None) or () if counted else ()))
    return [Everyone, Authenticated, f"account:{session.sub}", *roles]


def permits(provider: IProvider, context: Any, permission: str) -> bool:
    """Whether the ACLs of ``context`` and what it hangs in allow ``permission``.

    What everybody may is decided without looking for a session.
    """
    if _acl.permits(context, [Everyone], permission):
        return True
    return bool(_acl.permits(context, principals(provider), permission))


def judged(view: Any, info: Any) -> Any:
    """A view deriver: our own policy on our own tree, whatever the host's policy is."""
    permission = info.options.get("oidc_permission")
    if permission is None:
        return view

    def judged_view(context: Any, request: Request) -> Any:
        if not permits(request.oidc_provider, context, permission):
            raise HTTPForbidden
        return view(context, request)

    return judged_view


judged.options = ("oidc_permission",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    config.add_view_deriver(judged, name="oidc_permission")

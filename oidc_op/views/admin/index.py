"""The console's front page."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.directives import oidc_view
from oidc_op.interfaces import IProvider, Request
from oidc_op.resources.admin import Admin

from .layout import admin_page


@oidc_view(context=Admin, request_method="GET", permission="view", menu=(0, "Overview"))
def index(admin: Admin, request: Request) -> Response:
    """What there is to look after."""
    provider = admin.provider
    silent = [alg for alg in _wanted(provider) if alg not in provider.keys.algorithms()]
    return admin_page(admin, request, "index", issuer=provider.issuer, silent=silent)


def _wanted(provider: IProvider) -> list[str]:
    """The algorithms that clients want their ID Tokens signed with, and that need a key of ours."""
    clients = provider.store.clients.records()
    return sorted({client.id_token_signed_response_alg for client in clients} - {"none", "HS256"})

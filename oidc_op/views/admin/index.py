"""The overview of the console."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.resources.admin import Admin

from .layout import admin_page


@oidc_view(context=Admin, request_method="GET", permission="view", menu=(0, "Overview"))
def index(admin: Admin, request: Request) -> Response:
    """The sections of the console, and what needs attention."""
    provider = request.oidc_provider
    clients = list(provider.store.clients.records())
    signing = provider.keys.algorithms()
    wanted = {client.id_token_signed_response_alg for client in clients} - {"none", "HS256"}  # these need no key of ours
    numbers = {"Clients": f"{len(clients)} registered", "Keys": f"signing with {', '.join(signing)}" if signing else "none signs"}
    return admin_page(admin, request, "index", issuer=provider.issuer, unsigned=sorted(wanted - set(signing)), numbers=numbers)

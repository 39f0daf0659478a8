"""The page at which a sign-in ends that no application asked for."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.resources.endpoints import SignedInPage

from .page import page, see_other


@oidc_view(context=SignedInPage, request_method="GET")
def signed_in(endpoint: SignedInPage, request: Request) -> Response:
    provider = endpoint.provider
    if provider.session is None:
        return see_other(provider.url("login"))
    account = provider.accounts.get(provider.session.sub)
    return page(request, "signed_in", account=account, front_url=provider.url(), end_session_url=provider.url("end-session"))

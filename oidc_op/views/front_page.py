"""The front page: which provider this is, and how to connect to it."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import ROOT_ROUTE, oidc_view
from oidc_op.interfaces import Request
from oidc_op.resources.admin import Admin
from oidc_op.resources.provider import Provider
from oidc_op.security import permits

from .methods import wrong_method
from .page import page


@oidc_view(context=Provider, request_method="GET")
@oidc_view(context=Provider, request_method="GET", on=ROOT_ROUTE)
def front(provider: Provider, request: Request) -> Response:
    session, endpoints = provider.session, provider.configuration.endpoints
    public = [each for each in endpoints.values() if each.metadata]
    return page(
        request,
        "front",
        issuer=provider.issuer,
        discovery_url=provider.url(".well-known", "openid-configuration"),
        account=provider.accounts.get(session.sub) if session else None,
        login_url=provider.settings.login_url or provider.url("login"),
        end_session_url=provider.url("end-session"),
        admin_url=provider.url(Admin.name) if permits(provider, provider[Admin.name], "view") else None,
        console_url=provider.url(Admin.name) if Admin.name in endpoints else None,
        try_it_url=provider.url("try-it") if "try-it" in endpoints else None,
        development=provider.settings.development,
        endpoints=[(each.metadata, provider.url(each.name), (each.__doc__ or "").partition("\n")[0]) for each in public],
    )


@oidc_view(context=Provider)
@oidc_view(context=Provider, on=ROOT_ROUTE)
def elsewise(provider: Provider, request: Request) -> Response:
    """Answer other methods than GET."""
    return wrong_method(FrontPage, request)


class FrontPage:
    """The methods of the front page, as those of an endpoint are told."""

    methods = ("GET",)
    head = True
    cors = False

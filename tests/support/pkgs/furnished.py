"""An extension that adds to every table: an interaction, endpoints, a grant type, a way to authenticate, subscribers."""

import base64
import json

from pyramid.authorization import Allow
from pyramid.response import Response

from oidc_op.events import GrantRevoked, SignedIn, SignInFailed, TokenIssued
from oidc_op.protocol.client_authentication import Presented
from oidc_op.protocol.errors import InteractionRequired
from oidc_op.protocol.interaction import Check
from oidc_op.protocol.token import Issued
from oidc_op.resources.endpoints import Endpoint
from oidc_op.views.interaction import interrupted, resume
from pkgs.notes import notes_of


class TermsPage(Endpoint):
    """Terms that are accepted by looking at them."""

    name = "terms"
    page = True


class StatusEndpoint(Endpoint):
    """How it goes, for all the world."""

    name = "status"
    metadata = "status_endpoint"
    cors = True


class ReportEndpoint(Endpoint):
    """How it goes, for administrators."""

    name = "report"
    __acl__ = ((Allow, "role:admin", "manage"),)


def status(endpoint, request):
    return Response(json.dumps({"issuer": endpoint.provider.issuer}).encode(), content_type="application/json", charset="utf-8")


def echo(token_request):
    return Issued({"echo": token_request.client.client_id})


def by_secret_scheme(params, authorization):
    scheme, _, value = authorization.partition(" ")
    return Presented(*base64.b64decode(value).decode().split(":", 1)) if scheme == "Secret" else None


def facts(event):
    """What an event tells, as far as a line of text can say it."""
    plain = {name: getattr(event, name) for name in ("login", "address", "amr", "grant_type", "reason") if hasattr(event, name)}
    client, grant = getattr(event, "client", None), getattr(event, "grant", None)
    return {"event": type(event).__name__, "client": client and client.client_id, "grant": grant and grant.key} | plain


def includeme(config):
    notes = notes_of(config)

    def terms_are_not_accepted(authorization):
        return authorization.account.sub not in notes.all("accepted")

    def accept(page, request):
        authorization = interrupted(request, request.GET["resume"])
        notes.add("accepted", authorization.account.sub)
        return resume(request, authorization)

    def told(event):
        notes.add("told", facts(event))
        event.after_commit(lambda: notes.add("certain", type(event).__name__))
        if isinstance(event, TokenIssued) and event.client.client_name == "Mallory":
            raise RuntimeError("vetoed")

    config.add_oidc_interaction(Check("terms", "terms", InteractionRequired, (terms_are_not_accepted,)), before="consent")
    config.add_oidc_grant_type("urn:example:echo", echo)
    config.add_oidc_client_auth("secret_scheme", by_secret_scheme)
    for endpoint, view, options in (
        (TermsPage, accept, {}),
        (StatusEndpoint, status, {"cors": True}),
        (ReportEndpoint, status, {"permission": "manage"}),
    ):
        config.add_oidc_endpoint(endpoint)
        config.add_oidc_view(view, context=endpoint, request_method="GET", **options)
    for event in (SignedIn, SignInFailed, TokenIssued, GrantRevoked):
        config.add_subscriber(told, event)

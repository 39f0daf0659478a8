"""Consents and their grants: listed by account and by client, shown and revoked."""

from __future__ import annotations

from typing import Any, NamedTuple

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import IProvider, Request
from oidc_op.model.consent import Consent
from oidc_op.model.grant import Grant
from oidc_op.protocol.consent import take_back
from oidc_op.protocol.revoke import revoke
from oidc_op.resources.admin import ConsentFolder, ConsentResource, GrantResource
from oidc_op.security import permits
from oidc_op.views.page import see_other

from .dependants import consents_of, live_grants
from .layout import Part, admin_page, page_query, part_of, posted_form


class Row(NamedTuple):
    """A consent, its account and its client (None if removed), and the grants that can be refreshed."""

    consent: Consent
    account: Any
    client: Any
    grants: list[Grant]


def rows_of(provider: IProvider, *, sub: str | None = None, client_id: str | None = None) -> list[Row]:
    """Return the valid consents; for an account also its grants with clients that need no consent."""
    listed = consents_of(provider, sub=sub, client_id=client_id)
    if sub is not None:
        with_consent = {each.client_id for each in listed}
        with_grant = dict.fromkeys(grant.client_id for grant in live_grants(provider, sub) if client_id in (None, grant.client_id))
        listed += [Consent(sub, each) for each in with_grant if each not in with_consent]
    return [row_of(provider, each) for each in listed]


def row_of(provider: IProvider, consent: Consent) -> Row:
    """Return a consent with its account, client and grants."""
    account, client = provider.accounts.get(consent.sub), provider.store.clients.get(consent.client_id)
    return Row(consent, account, client, live_grants(provider, consent.sub, consent.client_id))


@oidc_view(context=ConsentFolder, request_method="GET", permission="view", menu=(30, "Consents"))
def consents(folder: ConsentFolder, request: Request) -> Response:
    """Consents that people gave to clients."""
    query, provider = page_query(request, "account", "client", "page"), folder.provider
    sub, client_id = _account(provider, query.get("account")), query.get("client")
    if sub is None:
        found = part_of(consents_of(provider, client_id=client_id), query)
        part = Part([row_of(provider, each) for each in found.records], found.number, found.last, found.total)
    else:
        part = part_of(rows_of(provider, sub=sub, client_id=client_id), query)
    filters = {"account": query.get("account", ""), "client": query.get("client", "")}
    return admin_page(folder, request, "consents", part=part, filters=filters, done=query.get("done"))


def _account(provider: IProvider, text: str | None) -> str | None:
    """Return the ``sub`` of a user name or ``sub``; the text itself if no account has it."""
    if text is None:
        return None
    named = provider.store.accounts.named(text)
    if provider.accounts.get(text) is None and named is not None and provider.accounts.get(named.sub) is not None:
        return named.sub
    return text


@oidc_view(context=ConsentResource, request_method="GET", permission="view")
def consent(resource: ConsentResource, request: Request) -> Response:
    query = page_query(request)
    return admin_page(resource, request, "consent", row=row_of(resource.provider, resource.record), done=query.get("done"))


@oidc_view(context=ConsentResource, name="revoke", request_method=("GET", "POST"), permission="revoke")
def revoke_consent(resource: ConsentResource, request: Request) -> Response:
    provider, record = resource.provider, resource.record
    if request.method != "POST":
        return admin_page(resource, request, "consent_revoke", row=row_of(provider, record))
    posted_form(request)
    take_back(provider, record.sub, record.client_id)
    return _back(resource.__parent__)


@oidc_view(context=GrantResource, name="revoke", request_method=("GET", "POST"), permission="revoke")
def revoke_grant(resource: GrantResource, request: Request) -> Response:
    provider, record = resource.provider, resource.record
    if request.method != "POST":
        row = row_of(provider, Consent(record.sub, record.client_id))
        return admin_page(resource, request, "grant_revoke", row=row, grant=record)
    posted_form(request)
    revoke(provider, record, "revoked in the console")
    return _back(provider["admin"]["consents"])


def _back(folder: ConsentFolder) -> Response:
    return see_other(folder.url(done="revoked") if permits(folder.provider, folder, "view") else folder.provider.url())

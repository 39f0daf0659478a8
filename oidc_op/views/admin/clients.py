"""Clients: found, looked at, given another secret, deleted."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.clients import RefusedMetadata, with_new_secret
from oidc_op.protocol.registration import metadata_of
from oidc_op.resources.admin import ClientFolder, ClientResource
from oidc_op.security import permits
from oidc_op.views.page import see_other

from .dependants import depending_on
from .layout import admin_page, matches, page_query, part_of, posted_form


@oidc_view(context=ClientFolder, request_method="GET", permission="view", menu=(10, "Clients"))
def clients(folder: ClientFolder, request: Request) -> Response:
    """Applications that send people here."""
    query = page_query(request, "q", "page")
    words = query.get("q", "")
    found = [each for each in folder.records() if matches(words, each.client_name, each.client_id, each.redirect_uris)]
    found.sort(key=lambda client: (client.name.casefold(), client.client_id))
    return admin_page(folder, request, "clients", part=part_of(found, query), q=words, done=query.get("done"))


@oidc_view(context=ClientResource, request_method="GET", permission="view")
def client(resource: ClientResource, request: Request) -> Response:
    query, provider, record = page_query(request), resource.provider, resource.record
    return admin_page(
        resource,
        request,
        "client",
        record=record,
        members=[(name, value) for name, value in metadata_of(record).items() if name not in ("client_id", "client_name")],
        changer=provider.accounts.get(record.updated_by) if record.updated_by else None,
        owner=provider.accounts.get(record.owner) if record.owner else None,
        done=query.get("done"),
    )


@oidc_view(context=ClientResource, name="secret", request_method=("GET", "POST"), permission="edit")
def secret(resource: ClientResource, request: Request) -> Response:
    """Another secret: shown in the answer to the form, and never again."""
    provider, record = resource.provider, resource.record
    if request.method != "POST":
        return admin_page(resource, request, "client_secret", record=record)
    readable = "readable" in posted_form(request)
    try:
        made = with_new_secret(provider, record, readable=readable, by=provider.session.sub)
    except RefusedMetadata:
        return admin_page(resource, request, "client_secret", status=400, record=record)
    provider.store.clients.put(made.client)
    return admin_page(resource, request, "secret", made=made, is_new=False, onward=resource.url(), onward_label="Continue")


@oidc_view(context=ClientResource, name="delete", request_method=("GET", "POST"), permission="manage")
def delete(resource: ClientResource, request: Request) -> Response:
    provider, record = resource.provider, resource.record
    if request.method != "POST":
        return admin_page(resource, request, "client_delete", record=record, dependants=depending_on(provider, record))
    posted_form(request)
    provider.store.clients.remove(record.client_id)
    folder = resource.__parent__
    return see_other(folder.url(done="deleted") if permits(provider, folder, "view") else provider.url())

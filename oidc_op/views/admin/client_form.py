"""Clients: registered and edited by hand."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.forms import ClientForm
from oidc_op.interfaces import Request
from oidc_op.model.client import Client
from oidc_op.protocol.client_members import TABLE
from oidc_op.protocol.clients import Made, revision_of
from oidc_op.resources.admin import ClientFolder, ClientResource, RecordResource
from oidc_op.security import permits
from oidc_op.views.page import see_other

from .layout import admin_page, page_query, posted_form

REVISION = "revision"
CONTINUE, ANOTHER = "save-and-continue", "save-and-add"
CHANGED = "Somebody else changed this client while you did. Your entries are still here; nothing is saved yet."


@oidc_view(context=ClientFolder, name="+new", request_method=("GET", "POST"), permission="manage")
def new(folder: ClientFolder, request: Request) -> Response:
    provider = folder.provider
    if request.method != "POST":
        return admin_page(
            folder,
            request,
            "client_form",
            form=ClientForm(provider=provider),
            done=page_query(request).get("done"),
        )
    fields = posted_form(request)
    form = ClientForm(fields, provider=provider, by=provider.session.sub)
    if not form.validate():
        return admin_page(folder, request, "client_form", status=400, form=form)
    return _saved(folder.place(form.save().client), request, form.made, fields, is_new=True)


@oidc_view(context=ClientResource, name="edit", request_method=("GET", "POST"), permission="edit")
def edit(resource: ClientResource, request: Request) -> Response:
    """The form carries the revision that it was made of, so that no change of another's is lost unseen."""
    provider, record = resource.provider, resource.record
    without = () if permits(provider, resource, "manage") else [member.name for member in TABLE if not member.owner_may]
    revision = revision_of(provider, record)
    if request.method != "POST":
        form = ClientForm(client=record, provider=provider, without=without)
        return admin_page(
            resource,
            request,
            "client_form",
            form=form,
            record=record,
            revision=revision,
            done=page_query(request).get("done"),
        )
    fields = posted_form(request)
    form = ClientForm(fields, record, provider=provider, without=without, by=provider.session.sub)
    valid = form.validate()
    if fields.get(REVISION) != revision:
        theirs = _difference(record, form)
        return admin_page(
            resource,
            request,
            "client_form",
            status=409,
            form=form,
            record=record,
            revision=revision,
            changed=CHANGED,
            theirs=theirs,
        )
    if not valid:
        return admin_page(resource, request, "client_form", status=400, form=form, record=record, revision=revision)
    return _saved(resource, request, form.save(), fields, is_new=False)


def _difference(record: Client, form: ClientForm) -> list[tuple[str, Any]]:
    """Return the stored values of the members that were filled in differently."""
    pairs = [(field.short_name, getattr(record, field.short_name), field.data) for field in form]
    return [(name, kept) for name, kept, entered in pairs if kept != (tuple(entered) if isinstance(entered, list) else entered)]


def _saved(resource: RecordResource, request: Request, made: Made | None, fields: Any, *, is_new: bool) -> Response:
    """On to where the button leads; past the secret, where one was drawn, which no redirect could carry."""
    folder = resource.__parent__
    done = "registered" if is_new else "saved"
    if CONTINUE in fields:
        onward = resource.url("edit", done=done)
    elif ANOTHER in fields and permits(resource.provider, folder, "manage"):
        onward = folder.url("+new", done=done)
    else:
        onward = resource.url(done=done)
    if made is not None and made.client_secret:
        return admin_page(resource, request, "secret", made=made, is_new=is_new, onward=onward, onward_label="Continue")
    return see_other(onward)

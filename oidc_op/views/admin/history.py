"""The history of a client, an account or a key: who changed what, when and why."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.directives import oidc_view
from oidc_op.history.formatting import author_of, members_of, verb_of
from oidc_op.interfaces import Request
from oidc_op.resources.admin import AccountResource, ClientResource, KeyResource, RecordResource

from .layout import admin_page, asked


@oidc_view(context=ClientResource, name="history", request_method="GET", permission="view")
def history_of_client(resource: ClientResource, request: Request) -> Response:
    return _history(resource, request, resource.record.name, "Clients")


@oidc_view(context=AccountResource, name="history", request_method="GET", permission="view")
def history_of_account(resource: AccountResource, request: Request) -> Response:
    record = resource.record
    return _history(resource, request, str(getattr(record, "username", "") or record.sub), "Accounts")


@oidc_view(context=KeyResource, name="history", request_method="GET", permission="view")
def history_of_key(resource: KeyResource, request: Request) -> Response:
    return _history(resource, request, f"{resource.record.alg} key {resource.record.kid}", "Keys")


def _history(resource: RecordResource, request: Request, name: str, folder_label: str) -> Response:
    asked(request)
    provider, record = resource.provider, resource.record
    changes, kind = provider.store.changes, resource.__parent__.name
    found = map(changes.get, reversed(changes.of(kind, str(record.sub) if kind == "accounts" else record.key)))
    told = [
        {
            "number": each.number,
            "verb": verb_of(each),
            "at": each.at,
            "why": each.why,
            "author": author_of(provider, each.by),
            "members": [*members_of(each)],
        }
        for each in found
    ]
    return admin_page(resource, request, "history", called=name, folder_label=folder_label, changes=told)

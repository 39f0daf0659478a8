"""The history of a client, an account or a key: who changed what, when and why; also after it was removed."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.history.formatting import author_of, members_of, verb_of
from oidc_op.interfaces import JSONObject, Request
from oidc_op.model.account import Account
from oidc_op.model.change import Change
from oidc_op.resources.admin import AccountResource, AdminNode, ClientResource, KeyResource, RemovedRecord

from .layout import admin_page, page_query


@oidc_view(context=ClientResource, name="history", request_method="GET", permission="view")
def history_of_client(resource: ClientResource, request: Request) -> Response:
    return _history(resource, request, resource.record.key, resource.record.name)


@oidc_view(context=AccountResource, name="history", request_method="GET", permission="view")
def history_of_account(resource: AccountResource, request: Request) -> Response:
    account = resource.record
    name = account.username if isinstance(account, Account) else ""
    return _history(resource, request, str(account.sub), name or str(account.sub))


@oidc_view(context=KeyResource, name="history", request_method="GET", permission="view")
def history_of_key(resource: KeyResource, request: Request) -> Response:
    return _history(resource, request, resource.record.key, f"{resource.record.alg} key {resource.record.kid}")


@oidc_view(context=RemovedRecord, name="history", request_method="GET", permission="view")
def history_of_removed_record(resource: RemovedRecord, request: Request) -> Response:
    return _history(resource, request, resource.key, resource.key)


def _history(resource: AdminNode, request: Request, key: str, name: str) -> Response:
    page_query(request)
    provider, folder = request.oidc_provider, resource.__parent__
    collection = provider.store.changes
    changes = filter(None, map(collection.get, reversed(collection.of(folder.name, key))))
    return admin_page(
        resource,
        request,
        "history",
        title=name,
        kind=folder.name.removesuffix("s"),
        key=key,
        removed=isinstance(resource, RemovedRecord),
        folder_label=folder.name.capitalize(),
        changes=[_described(request, each) for each in changes],
    )


def _described(request: Request, change: Change) -> JSONObject:
    provider = request.oidc_provider
    return {
        "number": change.number,
        "verb": verb_of(change),
        "at": change.at,
        "why": change.why,
        "account": provider.accounts.get(change.by) if change.by else None,
        "author": author_of(provider, change.by),
        "members": [*members_of(change)],
    }

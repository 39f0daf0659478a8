"""Accounts: found, and what they allowed."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.accounts.stored import StoredAccounts
from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.resources.admin import AccountFolder, AccountResource

from .consents import rows_of
from .layout import admin_page, matches, page_query, part_of


@oidc_view(context=AccountFolder, request_method="GET", permission="view", menu=(20, "Accounts"))
def accounts(folder: AccountFolder, request: Request) -> Response:
    """People who can sign in."""
    query, provider = page_query(request, "q", "page"), folder.provider
    words, is_ours = query.get("q", ""), isinstance(provider.accounts, StoredAccounts)
    exact = [provider.accounts.get(words)] if words else []
    if is_ours:
        exact.append(provider.store.accounts.named(words) if words else None)
    found = list({str(each.sub): each for each in exact if each is not None}.values())
    if is_ours and not found:
        found = [each for each in folder.records() if matches(words, each.username, each.display_name, each.email)]
        found.sort(key=lambda account: (account.username.casefold(), account.sub))
    return admin_page(folder, request, "accounts", part=part_of(found, query), q=words, is_ours=is_ours)


@oidc_view(context=AccountResource, request_method="GET", permission="view")
def account(resource: AccountResource, request: Request) -> Response:
    record = resource.record
    sub = str(record.sub)
    return admin_page(
        resource, request, "account", record=record, sub=sub, rows=rows_of(resource.provider, sub=sub), done=page_query(request).get("done")
    )

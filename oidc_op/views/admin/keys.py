"""Signing keys: list, show, create, import, rotate and retire. A private key is never shown."""

from __future__ import annotations

import json
from typing import Any

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.keys import ALGORITHMS
from oidc_op.protocol.pem import UnfitKey
from oidc_op.resources.admin import KeyFolder, KeyResource
from oidc_op.views.page import see_other

from .layout import admin_page, page_query, posted_form


@oidc_view(context=KeyFolder, request_method="GET", permission="view", menu=(40, "Keys"))
def keys(folder: KeyFolder, request: Request) -> Response:
    """The keys that sign ID Tokens and access tokens."""
    query = page_query(request)
    records = sorted(folder.records(), key=lambda key: (key.alg, -key.active_at, key.kid))
    return admin_page(folder, request, "keys", keys=records, done=query.get("done"))


@oidc_view(context=KeyResource, request_method="GET", permission="view")
def key(resource: KeyResource, request: Request) -> Response:
    public = json.dumps(resource.record.public_jwk, indent=2)
    return admin_page(resource, request, "key", record=resource.record, public=public, done=page_query(request).get("done"))


@oidc_view(context=KeyFolder, name="+create", request_method=("GET", "POST"), permission="manage")
def create(folder: KeyFolder, request: Request) -> Response:
    if request.method != "POST":
        return admin_page(folder, request, "key_create", algorithms=ALGORITHMS)
    made = folder.provider.keys.create(_alg(posted_form(request), *ALGORITHMS))
    return see_other(folder.place(made).url(done="created"))


@oidc_view(context=KeyFolder, name="+rotate", request_method=("GET", "POST"), permission="manage")
def rotate(folder: KeyFolder, request: Request) -> Response:
    ring = folder.provider.keys
    able = ring.algorithms()
    if request.method != "POST":
        return admin_page(folder, request, "key_rotate", algorithms=able, settings=folder.provider.settings)
    fields = posted_form(request)
    alg = _alg(fields, "", *able)
    for each in [alg] if alg else able:
        ring.rotate(each, at_once="at-once" in fields)
    return see_other(folder.url(done="rotated"))


@oidc_view(context=KeyFolder, name="+import", request_method=("GET", "POST"), permission="manage")
def import_key(folder: KeyFolder, request: Request) -> Response:
    """Import a key; a refused one is not repeated on the page, since it is secret all the same."""
    if request.method != "POST":
        return admin_page(folder, request, "key_import")
    fields = posted_form(request)
    kid = fields.get("kid", "").strip()
    try:
        made = folder.provider.keys.import_pem(fields.get("pem", "").replace("\r\n", "\n"), kid)
    except UnfitKey as error:
        return admin_page(folder, request, "key_import", status=400, kid=kid, error=str(error))
    return see_other(folder.place(made).url(done="imported"))


@oidc_view(context=KeyResource, name="retire", request_method=("GET", "POST"), permission="manage")
def retire(resource: KeyResource, request: Request) -> Response:
    provider, record = resource.provider, resource.record
    if request.method != "POST":
        others = [each for each in provider.keys.records if each.alg == record.alg and each.kid != record.kid and each.signs(provider.now)]
        return admin_page(resource, request, "key_retire", record=record, is_last=not others)
    posted_form(request)
    provider.keys.retire(record.kid)
    return see_other(resource.url(done="retired"))


def _alg(fields: Any, *known: str) -> str:
    alg = fields.get("alg", "")
    if alg not in known:
        raise InvalidRequest("alg is not one of those that are offered")
    return alg

"""The frame of the console's pages, the fields of their forms, and lists divided into pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from pyramid.response import Response
from webob.multidict import MultiDict

from oidc_op.interfaces import Request
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.parameters import Parameters, read_fields, read_query
from oidc_op.resources.admin import Admin, AdminNode
from oidc_op.security import permits
from oidc_op.views.csrf import FIELD, check_csrf, csrf_token
from oidc_op.views.page import page

from .menu import menu

LENGTH = 25  # records on one page
MANY = frozenset({"response_types", "grant_types"})  # fields of several checkboxes
DONE = {
    "saved": "The changes are saved.",
    "registered": "The client is registered.",
    "deleted": "The client is deleted. Its tokens are no longer valid.",
    "revoked": "The access is revoked. Its tokens are no longer valid.",
    "created": "The key is created.",
    "rotated": "The keys are rotated.",
    "imported": "The key is imported and signs from now on.",
    "retired": "The key no longer signs.",
}  # messages after a redirect, by name: an address that somebody else made up cannot choose the text
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


T = TypeVar("T")


class Part(NamedTuple, Generic[T]):
    """One page of a list: its records, its number, the number of the last page, and the number of records on all pages."""

    records: Sequence[T]
    number: int
    last: int
    total: int


def part_of(records: Sequence[T], query: Parameters) -> Part[T]:
    """Return the page of ``records`` that the parameter ``page`` names.

    :raises InvalidRequest: it is not a whole number.
    """
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise InvalidRequest("page must be a whole number")
    last = max(1, -(-len(records) // LENGTH))
    number = min(max(1, int(text)), last)
    return Part(records[(number - 1) * LENGTH : number * LENGTH], number, last, len(records))


def admin_page(node: AdminNode, request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """Render the template ``admin/{name}`` in the frame of the console."""
    provider = request.oidc_provider
    session = provider.session
    console = node.provider[Admin.name]
    return page(
        request,
        f"admin/{name}",
        status=status,
        node=node,
        menu=menu(node, request.view_name),
        me=provider.accounts.get(session.sub) if session else None,
        front_url=provider.url(),
        sign_out_url=provider.url("end-session") if "end-session" in provider.configuration.endpoints else None,
        csrf_token=csrf_token(request),
        action_url=node.url(*([request.view_name] if request.view_name else [])),
        now=provider.now,
        may=lambda permission, other=node: permits(provider, other, permission),
        place=lambda folder, record: console[folder].place(record).url(),
        at=moment,
        span=span,
        **context,
    )


def page_query(request: Request, *names: str) -> Parameters:
    """Return the parameters of a page: ``names``, and ``done``, replaced by the message that it stands for.

    :raises InvalidRequest: as ``read_query``.
    """
    query = read_query(request, (*names, "done"))
    if "done" in query:
        query["done"] = DONE.get(query["done"], "")
    return query


def posted_form(request: Request) -> MultiDict[str, str]:
    """Return the fields of a form that one of our own pages sent.

    :raises InvalidRequest: it is malformed, or repeats a field that may not be repeated.
    :raises ForgedForm: it comes from another site.
    """
    fields: MultiDict[str, str] = MultiDict(read_fields(request))
    for name in fields:
        if name not in MANY and len(fields.getall(name)) > 1:
            raise InvalidRequest("a field is given more than once")
    check_csrf(request, {FIELD: fields.get(FIELD, "")})
    request.oidc_provider.why = fields.get("why", "")
    return fields


def matches(words: str, *texts: Iterable[str] | str) -> bool:
    """Whether each word of ``words`` is in one of ``texts``, without regard to case."""
    searched = "\n".join(text if isinstance(text, str) else "\n".join(text) for text in texts).casefold()
    return all(word in searched for word in words.casefold().split())


def moment(seconds: int) -> str:
    """Return a time (seconds since the epoch) as people read it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC") if seconds else "never"


def span(seconds: int) -> str:
    """Return a duration in its largest unit, such as ``2 hours``."""
    for unit, name in UNITS:
        if seconds >= unit:
            count = seconds // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "no time"

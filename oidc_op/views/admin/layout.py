"""What the pages of the console have in common: their frame, what their forms send, and lists a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pyramid.response import Response
from webob.multidict import MultiDict

from oidc_op.interfaces import Request
from oidc_op.protocol.errors import InvalidRequest
from oidc_op.protocol.parameters import Parameters, read_fields, read_query
from oidc_op.security import permits
from oidc_op.views.csrf import FIELD, check_csrf, csrf_token
from oidc_op.views.page import page

from .menu import menu

LENGTH = 25  # records of a page
MANY = frozenset({"response_types", "grant_types"})  # boxes, several of which may be ticked
DONE = {
    "saved": "The changes are saved.",
    "registered": "The client is registered.",
    "deleted": "The client is deleted, and all that it was granted is dead.",
    "revoked": "The access is revoked, and all that hung from it is dead.",
    "created": "The key is made.",
    "rotated": "The keys are rotated.",
    "imported": "The key is imported, and signs from now on.",
    "retired": "The key does not sign any more.",
}  # what a page says after a redirect: by name, so that no address can put words into our mouth
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


class Part(NamedTuple):
    """One page of a list: its records, its number and that of the last, and how many records there are on all of them."""

    records: Sequence[Any]
    number: int
    last: int
    total: int


def part_of(records: Sequence[Any], query: Parameters) -> Part:
    """The page of ``records`` that ``page`` asks for.

    :raises InvalidRequest: that is no number.
    """
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise InvalidRequest("page must be a whole number")
    last = max(1, -(-len(records) // LENGTH))
    number = min(max(1, int(text)), last)
    return Part(records[(number - 1) * LENGTH : number * LENGTH], number, last, len(records))


def admin_page(node: Any, request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """The page that the template ``admin/{name}`` makes, in the frame of the console."""
    provider = request.oidc_provider
    return page(
        request,
        f"admin/{name}",
        status=status,
        node=node,
        menu=menu(node, request.view_name),
        me=provider.accounts.get(provider.session.sub) if provider.session else None,
        front_url=provider.url(),
        sign_out_url=provider.url("end-session") if "end-session" in provider.configuration.endpoints else None,
        csrf_token=csrf_token(request),
        action_url=node.url(*([request.view_name] if request.view_name else [])),
        now=provider.now,
        may=lambda permission, other=node: permits(provider, other, permission),
        place=lambda folder, record: provider["admin"][folder].place(record).url(),
        at=moment,
        span=span,
        **context,
    )


def asked(request: Request, *names: str) -> Parameters:
    """The query of a page: ``names``, and ``done``, which is replaced by what it says.

    :raises InvalidRequest: as ``read_query``.
    """
    query = read_query(request, (*names, "done"))
    if "done" in query:
        query["done"] = DONE.get(query["done"], "")
    return query


def sent(request: Request) -> MultiDict[str, str]:
    """The fields of one of our own forms.

    :raises InvalidRequest: it is malformed, or a field comes twice that may not.
    :raises ForgedForm: it comes from elsewhere.
    """
    fields = MultiDict(read_fields(request))
    for name in fields:
        if name not in MANY and len(fields.getall(name)) > 1:
            raise InvalidRequest("a field is given more than once")
    check_csrf(request, {FIELD: fields.get(FIELD, "")})
    request.oidc_provider.why = fields.get("why", "")
    return fields


def matches(words: str, *texts: Iterable[str] | str) -> bool:
    """Whether every word of ``words`` is in one of ``texts``, whatever its case."""
    sought = [word.casefold() for word in words.split()]
    found = "\n".join(text if isinstance(text, str) else "\n".join(text) for text in texts).casefold()
    return all(word in found for word in sought)


def moment(seconds: int) -> str:
    """A moment, in words."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC") if seconds else "never"


def span(seconds: int) -> str:
    """How long that is, in the largest unit that fits."""
    for unit, name in UNITS:
        if seconds >= unit:
            count = seconds // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "no time"

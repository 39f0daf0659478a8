"""The parameters of a request: read once, each once, bounded, decoded."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from oidc_op.interfaces import Request

from .errors import InvalidRequest

LIMIT = 64 * 1024  # bytes, of a query or a body
FIELDS = 200
MANY = frozenset({"resource", "audience"})  # may be given several times (RFC 8707 §2, RFC 8693 §2.1)
FORM = "application/x-www-form-urlencoded"


class Parameters(dict[str, str]):
    """The parameters of a request. One that was sent empty counts as omitted (RFC 6749 §3.1).

    ``repeated`` are the recognised parameters that were sent more than once, where the reader is to refuse them later.
    """

    repeated: tuple[str, ...] = ()

    def required(self, name: str) -> str:
        """The value of ``name``.

        :raises InvalidRequest: it is missing.
        """
        value = self.get(name)
        if value is None:
            raise InvalidRequest(f"{name} is missing")
        return value


def read_query(request: Request, recognised: Iterable[str], *, later: frozenset[str] = frozenset()) -> Parameters:
    """The parameters in the URL's query; of those in ``later`` the first counts, and that there are more is noted.

    :raises InvalidRequest: they are oversized, not UTF-8, hold NUL, or a recognised one is given twice.
    """
    query = request.environ.get("QUERY_STRING", "")
    if not query.isascii():
        try:
            query = query.encode("latin-1").decode("utf-8")  # WSGI hands bytes over as Latin-1 (PEP 3333)
        except UnicodeError:
            raise InvalidRequest("a parameter is not UTF-8") from None
    return collect(_pairs(query), recognised, later)


def is_form(request: Request) -> bool:
    """Whether the body says of itself that it is form-encoded."""
    return request.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == FORM


def read_form(request: Request, recognised: Iterable[str], *, later: frozenset[str] = frozenset()) -> Parameters:
    """The parameters in a form-encoded body, and there alone; ``later`` as in ``read_query``.

    :raises InvalidRequest: as ``read_query``, or the body is of another type.
    """
    return collect(read_fields(request), recognised, later)


def read_fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form-encoded body in order, also those that come several times or are empty.

    :raises InvalidRequest: as ``read_form``, but for what is given twice.
    """
    if not is_form(request):
        raise InvalidRequest("the body must be application/x-www-form-urlencoded")
    if (request.content_length or 0) > LIMIT:
        raise InvalidRequest("the body is too long")
    body = request.body_file_raw.read(LIMIT + 1) if not request.is_body_seekable else request.body
    if len(body) > LIMIT:
        raise InvalidRequest("the body is too long")
    try:
        pairs = _pairs(body.decode("ascii"))
    except UnicodeDecodeError:
        raise InvalidRequest("the body is not form-encoded") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise InvalidRequest("a parameter holds NUL")
    return pairs


def read(encoded: str, recognised: Iterable[str]) -> Parameters:
    """The parameters that ``encoded`` spells (application/x-www-form-urlencoded)."""
    return collect(_pairs(encoded), recognised)


def _pairs(encoded: str) -> list[tuple[str, str]]:
    if len(encoded) > LIMIT:
        raise InvalidRequest("the request is too long")
    try:
        return parse_qsl(encoded, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        raise InvalidRequest("a parameter is not UTF-8") from None
    except ValueError:
        raise InvalidRequest("there are too many parameters") from None


def collect(pairs: Iterable[tuple[str, str]], recognised: Iterable[str], later: frozenset[str] = frozenset()) -> Parameters:
    """``pairs`` as parameters, each recognised one at most once; ``later`` as in ``read_query``."""
    params, seen = Parameters(), set()
    for name, value in pairs:
        if "\0" in value or "\0" in name:
            raise InvalidRequest("a parameter holds NUL")
        if name in seen and name in later:
            params.repeated = (*params.repeated, name)
        elif name in seen and name not in MANY and name in recognised:
            raise InvalidRequest(f"{name} is given more than once")  # a recognised name: no echo of input
        seen.add(name)
        if value:
            params.setdefault(name, value)
    return params

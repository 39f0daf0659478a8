"""Exception views: what was refused, said to the client or to the person, and in full to the operator's log."""

from __future__ import annotations

import logging

from pyramid.httpexceptions import HTTPException
from pyramid.response import Response
from pyramid_retry import is_last_attempt
from transaction.interfaces import TransientError

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.model.client import Client
from oidc_op.operator_log import log_refusal, log_refused, place, request_id
from oidc_op.process.limits import LimitReached
from oidc_op.protocol.authorization import parameters
from oidc_op.protocol.end_session import request as end_session
from oidc_op.protocol.errors import (
    InsufficientScope,
    InvalidClient,
    InvalidRequest,
    InvalidToken,
    OAuthError,
    ServerError,
    TemporarilyUnavailable,
)
from oidc_op.protocol.response_modes import refuse
from oidc_op.resources.endpoints import Endpoint, UserInfoEndpoint
from oidc_op.store import StoreUnavailable

from .challenge import bearer_challenge, told
from .cors import add_cors
from .csrf import ForgedForm
from .json_response import NO_STORE, json_reply
from .page import page, respond

log = logging.getLogger("oidc_op.refused")
PARAMETER_NAMES = parameters.RECOGNISED | end_session.RECOGNISED  # of requests that a browser brings
WORDS = {
    403: "this page is not for everybody",
    404: "nothing is at this address",
    405: "this address cannot be used in this way",
}
AWAY = 30  # seconds after which the store may be there again
BUSY = 2  # seconds after which a client may try again


@oidc_view(context=OAuthError)
def refused(error: OAuthError, request: Request) -> Response:
    """To the client where it is known, else as JSON or as a page."""
    log_refusal(request.oidc_provider, error)
    answer = refuse(error)
    if answer is not None:
        return respond(request, answer, error.authorization.client)
    if _for_programs(request):
        return error_reply(request, error)
    status = error.status if error.status != 401 else 400  # noqa: PLR2004  a page asks for no credentials
    client = error.authorization.client if error.authorization is not None else None
    is_told = request.oidc_provider.settings.development and error.detail != error.description
    return error_page(request, error.error, error.description, status, error.detail if is_told else None, client=client)


def error_reply(request: Request, error: OAuthError) -> Response:
    """The error as JSON (RFC 6749 §5.2), with the challenge that belongs to it (RFC 6750 §3)."""
    response = json_reply(told(error), error.status, headers=(*NO_STORE, *_challenge(request, error), *_later(error)))
    return add_cors(response) if getattr(request.context, "cors", False) else response


@oidc_view(context=ForgedForm)
def forged(error: ForgedForm, request: Request) -> Response:
    log_refused(request.oidc_provider, "invalid_request", "a form without its token, or from another site")
    hint = "Go back, reload the page and try again. This site needs cookies."
    return error_page(request, "invalid_request", "This form has expired.", 400, hint)


@oidc_view(context=HTTPException)
def http_error(error: HTTPException, request: Request) -> Response:
    """Not found, wrong method, forbidden: in the form of the place where it happened."""
    if error.status_int < 400:  # noqa: PLR2004
        return error
    code = {403: "access_denied", 404: "not_found", 405: "method_not_allowed"}.get(error.status_int, "invalid_request")
    allow = tuple((name, value) for name, value in error.headerlist if name == "Allow")
    if _for_programs(request):
        body = {"error": "invalid_request", "error_description": error.title}
        response = json_reply(body, error.status_int, headers=(*NO_STORE, *allow))
        return add_cors(response) if getattr(request.context, "cors", False) else response
    is_pyramids = error.explanation == type(error).explanation  # else somebody chose the words
    description = WORDS.get(error.status_int) if is_pyramids else None
    response = error_page(request, code, description or error.explanation or error.title, error.status_int, is_logged=False)
    response.headerlist.extend(allow)
    return response


@oidc_view(context=TransientError, last_retry_attempt=True)
def busy(error: TransientError, request: Request) -> Response:
    """A race lost each time that it was run: try again."""
    log.warning("gave up after repeated conflicts at %s: %s", place(request.oidc_provider), error)
    return _failed(request, TemporarilyUnavailable("the provider is busy", retry_after=BUSY))


@oidc_view(context=LimitReached)
def full(error: LimitReached, request: Request) -> Response:
    """More than may be remembered: refused, since nothing that is remembered may be forgotten for it."""
    log.warning("refused at %s: %s", place(request.oidc_provider), error)
    return _failed(request, TemporarilyUnavailable("the provider is busy", retry_after=error.retry_after))


@oidc_view(context=StoreUnavailable)
def unavailable(error: StoreUnavailable, request: Request) -> Response:
    """The disk is full, say: nothing is kept of this request, and it may come again."""
    if isinstance(error, TransientError) and not is_last_attempt(request):
        raise error  # pyramid_retry runs the request again
    log.error("the store is unavailable at %s: %s", place(request.oidc_provider), error)
    refusal = TemporarilyUnavailable("the provider cannot keep anything at present", retry_after=AWAY)
    refusal.authorization = getattr(request, "oidc_authorization", None)
    if (answer := refuse(refusal)) is not None:
        return respond(request, answer, refusal.authorization.client)
    return _failed(request, refusal)


@oidc_view(context=Exception)
def broken(error: Exception, request: Request) -> Response:
    """A fault of ours: the log has it all, the client only that it happened."""
    if isinstance(error, TransientError):
        raise error  # pyramid_retry runs the request again
    log.error("failed at %s", place(request.oidc_provider), exc_info=error)
    return _failed(request, ServerError("the provider failed; its log says why"))


def error_page(
    request: Request,
    code: str,
    description: str,
    status: int,
    hint: str | None = None,
    *,
    client: Client | None = None,
    is_logged: bool = True,
) -> Response:
    """The page that a person sees; where the log says more, with the number that its line has."""
    return page(
        *(request, "error"),
        status=status,
        client=client,
        error=code,
        description=description,
        hint=hint,
        parameter_names=PARAMETER_NAMES,
        error_id=request_id(request.oidc_provider) if is_logged else "",
    )


def _failed(request: Request, error: OAuthError) -> Response:
    if _for_programs(request):
        return error_reply(request, error)
    response = error_page(request, error.error, error.description, error.status)
    response.headerlist.extend(_later(error))
    return response


def _later(error: OAuthError) -> tuple[tuple[str, str], ...]:
    """When it is worth asking again, where that is known."""
    return (("Retry-After", str(error.retry_after)),) if error.retry_after else ()


def _for_programs(request: Request) -> bool:
    context = getattr(request, "context", None)
    return isinstance(context, Endpoint) and not context.page


def _challenge(request: Request, error: OAuthError) -> tuple[tuple[str, str], ...]:
    if isinstance(error, InvalidClient):
        return (("WWW-Authenticate", f'Basic realm="{request.oidc_provider.issuer}"'),)
    if isinstance(error, InvalidToken | InsufficientScope | InvalidRequest) and isinstance(request.context, UserInfoEndpoint):
        return (bearer_challenge(request.oidc_provider.issuer, error),)
    return ()

"""The parameters of an authorization request (OIDC Core §3.1.2.1), and those that are not supported."""

from __future__ import annotations

from oidc_op.protocol.errors import InvalidRequest, RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported
from oidc_op.protocol.parameters import read_form, read_query

from .request import Authorization, Progress

RESUME = "resume"  # ours: a sealed request that comes back from a page
RECOGNISED = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "response_mode", "nonce", "display", "prompt", "max_age"}
    | {"ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values", "claims", "registration", "request"}
    | {"request_uri", "code_challenge", "code_challenge_method", RESUME}
)
#: What a client is told of where it sends them twice; without the others it is not known where to tell it.
LATER = RECOGNISED - {"client_id", "redirect_uri", "response_type", "response_mode", RESUME}


def read_parameters(authorization: Authorization) -> None:
    """Take the parameters from the query or the form, or from a page that the request went through."""
    if authorization.params:
        return
    provider = authorization.provider
    request = provider.request
    read = read_form if request.environ["REQUEST_METHOD"] == "POST" else read_query
    params = read(request, RECOGNISED, later=LATER)
    sealed = params.pop(RESUME, None)
    if sealed is not None:
        known = Authorization.unsealed(provider, sealed)
        authorization.params, authorization.progress, authorization.kept = known.params, known.progress, known.kept
    else:
        authorization.params, authorization.progress = params, Progress(provider.now)
    authorization.now = provider.now


def refuse_repeated(authorization: Authorization) -> None:
    """Each parameter at most once (RFC 6749 §3.1); a ``state`` that came twice does not come back."""
    if repeated := authorization.params.repeated:
        if "state" in repeated:
            authorization.params.pop("state", None)
        raise InvalidRequest(f"{repeated[0]} is given more than once")


def refuse_what_is_not_supported(authorization: Authorization) -> None:
    """Request objects and registration on the fly (OIDC Core §6, §7.2.1)."""
    params = authorization.params
    if "request" in params and "request_uri" in params:
        raise InvalidRequest("request and request_uri exclude each other")  # OIDC Core §6.1
    if "request" in params:
        raise RequestNotSupported("request objects are not supported")
    if "request_uri" in params:
        raise RequestUriNotSupported("request_uri is not supported")
    if "registration" in params:
        raise RegistrationNotSupported("registration is not supported")

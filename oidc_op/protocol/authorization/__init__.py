"""The authorization endpoint's decision, as a table of steps."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import Configurator, IConfiguration
from oidc_op.protocol.errors import OAuthError

from .client import check_redirect_uri, find_client
from .hints import read_hints
from .interaction import meet_interaction
from .parameters import read_parameters, refuse_repeated, refuse_what_is_not_supported
from .pkce import check_pkce
from .prompt import read_prompt
from .request import Authorization
from .response import issue_response
from .response_type import check_id_token, choose_response_mode, choose_response_type
from .scope import check_scope
from .session import find_session

STEPS = (
    read_parameters,  # GET or POST, each once                          RFC 6749 §3.1
    find_client,  # an error up to check_redirect_uri is a page         RFC 6749 §4.1.2.1
    check_redirect_uri,
    choose_response_mode,  # from here errors go back to the client
    refuse_repeated,  #                                                 RFC 6749 §3.1
    choose_response_type,
    refuse_what_is_not_supported,  #                                    OIDC Core §3.1.2.6
    check_scope,
    check_id_token,  # where one is given out here                      OIDC Core §3.2.2.1
    check_pkce,  # where the code is given out, not later               RFC 9700 §2.1.1
    read_prompt,
    read_hints,
    find_session,
    meet_interaction,  # login, consent, …: the first unmet one         OIDC Core §3.1.2.3
    issue_response,
)


def decide(authorization: Authorization) -> Any:
    """The answer to an authorization request: to the client, or a page that the person is sent to.

    :raises OAuthError: it is refused; its ``authorization`` tells how far it got.
    """
    return _walk(authorization, authorization.provider.configuration.steps)


def examine(authorization: Authorization) -> None:
    """Take the steps up to the person, for the pages that ask them something.

    :raises OAuthError: it is refused.
    """
    steps = authorization.provider.configuration.steps
    _walk(authorization, steps[: steps.index(meet_interaction)])


def _walk(authorization: Authorization, steps: Any) -> Any:
    try:
        for step in steps:
            step(authorization)
            if authorization.answer is not None:
                return authorization.answer
    except OAuthError as error:
        error.authorization = authorization
        raise
    return None


def includeme(config: Configurator) -> None:
    config.registry.getUtility(IConfiguration).steps.extend(STEPS)

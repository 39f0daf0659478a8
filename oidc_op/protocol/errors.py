"""The errors of the specifications, by the names that they have there."""

from __future__ import annotations

import re
from typing import Any


class OAuthError(Exception):
    """A refusal that a client understands.

    ``description`` is for the client: fixed, never an echo of input, in the characters of RFC 6749 §5.2.
    ``detail`` is for the operator's log and may say what was sent and what was expected.
    ``authorization`` is the authorization request that was refused, where it was one. ``retry_after`` is seconds until it
    is worth asking again, where that is known.
    """

    status = 400
    error = ""
    authorization: Any = None

    def __init_subclass__(cls, error: str = "", status: int = 400) -> None:
        cls.error = error or re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.status = status

    def __init__(self, description: str, *, detail: str = "", retry_after: int = 0) -> None:
        super().__init__(description)
        self.description, self.detail, self.retry_after = description, detail or description, retry_after


# fmt: off
class InvalidRequest(OAuthError): ...                      # RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3.1
class UnauthorizedClient(OAuthError): ...                  # RFC 6749 §4.1.2.1, §5.2
class AccessDenied(OAuthError): ...                        # RFC 6749 §4.1.2.1
class UnsupportedResponseType(OAuthError): ...             # RFC 6749 §4.1.2.1
class InvalidScope(OAuthError): ...                        # RFC 6749 §4.1.2.1, §5.2
class ServerError(OAuthError, status=500): ...             # RFC 6749 §4.1.2.1
class TemporarilyUnavailable(OAuthError, status=503): ...  # RFC 6749 §4.1.2.1
class InvalidClient(OAuthError, status=401): ...           # RFC 6749 §5.2
class InvalidGrant(OAuthError): ...                        # RFC 6749 §5.2
class UnsupportedGrantType(OAuthError): ...                # RFC 6749 §5.2
class InvalidToken(OAuthError, status=401): ...            # RFC 6750 §3.1
class LoginRequired(OAuthError): ...                       # OIDC Core §3.1.2.6
class AccountSelectionRequired(OAuthError): ...            # OIDC Core §3.1.2.6
class ConsentRequired(OAuthError): ...                     # OIDC Core §3.1.2.6
class InteractionRequired(OAuthError): ...                 # OIDC Core §3.1.2.6
class RequestNotSupported(OAuthError): ...                 # OIDC Core §3.1.2.6
class RequestUriNotSupported(OAuthError): ...              # OIDC Core §3.1.2.6
class RegistrationNotSupported(OAuthError): ...            # OIDC Core §3.1.2.6
class InvalidRedirectUri(OAuthError): ...                  # RFC 7591 §3.2.2
class InvalidClientMetadata(OAuthError): ...               # RFC 7591 §3.2.2
# fmt: on


class BearerRequired(InvalidToken, error="invalid_token", status=401):
    """No token was shown: the challenge says so without an error code (RFC 6750 §3.1)."""


class InsufficientScope(OAuthError, status=403):
    """The token does not carry the ``scopes`` that are needed here (RFC 6750 §3.1)."""

    def __init__(self, description: str, *, scopes: tuple[str, ...] = (), detail: str = "") -> None:
        super().__init__(description, detail=detail)
        self.scopes = scopes

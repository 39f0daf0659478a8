"""The provider's metadata (OIDC Discovery §3, RFC 8414 §2), computed from the registered endpoints and tables."""

from __future__ import annotations

from typing import Any

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.response_type import RESPONSE_TYPES
from oidc_op.model.scope import STANDARD_CLAIMS

from .authorization.prompt import VALUES
from .client_secret import SYMMETRIC
from .grants import offered

PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "at_hash", "c_hash", "acr", "amr")


def metadata(provider: IProvider) -> JSONObject:
    """The members of the discovery document, in a fixed order."""
    configuration, settings = provider.configuration, provider.settings
    endpoints = {each.metadata: provider.url(each.name) for each in configuration.endpoints.values() if each.metadata}
    return {
        "issuer": provider.issuer,
        **endpoints,
        "scopes_supported": list(configuration.scopes),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": list(configuration.response_modes),
        "grant_types_supported": list(offered(configuration)),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [*provider.keys.algorithms(), *SYMMETRIC],
        "token_endpoint_auth_methods_supported": list(configuration.client_authentication),
        "introspection_endpoint_auth_methods_supported": [each for each in configuration.client_authentication if each != "none"],
        "revocation_endpoint_auth_methods_supported": list(configuration.client_authentication),
        "code_challenge_methods_supported": list(settings.code_challenge_methods),
        "claims_supported": [*PROTOCOL_CLAIMS, *(name for names in _claims(configuration) for name in names)],
        "prompt_values_supported": sorted(VALUES),
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def _claims(configuration: Any) -> list[tuple[str, ...]]:
    ours = [scope.claims for scope in configuration.scopes.values() if scope.claims]
    return ours or list(STANDARD_CLAIMS.values())

"""Client metadata (RFC 7591 §2, OIDC Registration §2): the one place that judges it, for every door it comes in by."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc7591 import ClientMetadataClaims
from authlib.oidc.registration import ClientMetadataClaims as OpenIDClientMetadataClaims

from oidc_op.config.suggestion import did_you_mean
from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.redirect_uri import fault_of_redirect_uri, fault_of_uri, has_no_dot_in_its_scheme
from oidc_op.model.response_type import CODE, IMPLICIT, RESPONSE_TYPES, ordered
from oidc_op.model.scope import split_scope

from .access_token import JWT, OPAQUE
from .client_secret import SYMMETRIC
from .grants import offered
from .keys import ALGORITHMS

#: Members that specifications register and Authlib's models do not name.
FURTHER = (
    *("frontchannel_logout_uri", "frontchannel_logout_session_required", "backchannel_logout_uri"),
    *("backchannel_logout_session_required", "tls_client_certificate_bound_access_tokens", "tls_client_auth_subject_dn"),
    *("dpop_bound_access_tokens", "require_pushed_authorization_requests", "require_signed_request_object"),
    *("authorization_signed_response_alg", "introspection_signed_response_alg", "software_statement", "client_id_issued_at"),
    *("client_secret_expires_at", "registration_client_uri", "authorization_details_types", "subject_type"),
)
REGISTERED = {*ClientMetadataClaims.REGISTERED_CLAIMS, *OpenIDClientMetadataClaims.REGISTERED_CLAIMS, *FURTHER}
DEFAULTS = {each.name: each.default for each in fields(Client) if each.default is not MISSING}
APPLICATION_TYPES = ("web", "native")
SIGNED_WITH = (*ALGORITHMS, *SYMMETRIC)
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # members of JWKs
FORMATS = (OPAQUE, JWT)
SECRET_CHARACTERS = range(0x20, 0x7F)  # VSCHAR (RFC 6749 appendix A)
SHORTEST_SECRET = 16  # characters; generated ones have 43


class Fault(ValueError):
    """What is wrong with a member: its valid form, in words that follow its name."""


@dataclass
class Judged:
    """What came of judging metadata: a client's members, faults by member, and warnings."""

    members: JSONObject = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def judge(provider: IProvider, metadata: Mapping[str, Any]) -> Judged:
    """Read ``metadata`` member by member, then as a whole; everything that is wrong is said."""
    judged, other = Judged(), []
    known = choices(provider)
    members = MEMBERS | {
        "grant_types": _some_of(*known["grant_types"]),
        "token_endpoint_auth_method": _one_of(*known["token_endpoint_auth_method"]),
    }
    for name, value in metadata.items():
        if name in members:
            try:
                judged.members[name] = members[name](value)
            except Fault as fault:
                judged.faults.append((name, str(fault)))
        elif name == "jwks" and _has_private(value):
            judged.faults.append((name, "has a private key in it; register its public members only"))
        elif name in REGISTERED:
            try:
                other.append((name, json.dumps(value, sort_keys=True)))
            except (TypeError, ValueError):  # a date of YAML's, say
                judged.faults.append((name, "must be something that JSON has; quote it"))
            else:
                judged.warnings.append(f"{name} is kept, but nothing here acts on it yet")
        else:
            judged.faults.append((name, f"there is no such member{did_you_mean(name, [*MEMBERS, *REGISTERED])}"))
    judged.members["other"] = tuple(sorted(other))
    judged.members = _derived(judged.members) | judged.members
    said = {name for name, _ in judged.faults}
    judged.faults.extend(fault for fault in _together(DEFAULTS | judged.members) if fault[0] not in said)
    return judged


def _has_private(jwks: Any) -> bool:
    """Whether a JWK Set has members that nobody but its owner should see (RFC 7518 §6)."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    return isinstance(keys, list) and any(isinstance(key, Mapping) and PRIVATE & key.keys() for key in keys)


def choices(provider: IProvider) -> dict[str, tuple[str, ...]]:
    """The members that have one of a few values here, or some of them, and those values."""
    tables = provider.configuration
    return {
        "application_type": APPLICATION_TYPES,
        "response_types": tuple(RESPONSE_TYPES),
        "grant_types": offered(tables),
        "token_endpoint_auth_method": tuple(tables.client_authentication),
        "id_token_signed_response_alg": SIGNED_WITH,
        "access_token_format": FORMATS,
    }


def metadata_of(client: Client) -> JSONObject:
    """The members of ``client`` that differ from their defaults, as JSON has them; never its secret."""
    found: JSONObject = {"client_id": client.client_id}
    for name in MEMBERS:
        value = getattr(client, name, None)
        if name != "client_id" and value != DEFAULTS.get(name, MISSING) and value is not None:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found | {name: json.loads(text) for name, text in client.other}


def _derived(members: Mapping[str, Any]) -> JSONObject:
    """What follows from the other where only one of ``grant_types`` and ``response_types`` is given (OIDC Registration §2)."""
    if "response_types" in members and "grant_types" not in members:
        needed = {grant_type for each in members["response_types"] for grant_type in RESPONSE_TYPES[each]}
        usual = DEFAULTS["grant_types"] if CODE in needed or not needed else ()
        return {"grant_types": (*usual, IMPLICIT) if IMPLICIT in needed else usual}
    if "grant_types" in members and "response_types" not in members and CODE not in members["grant_types"]:
        return {"response_types": ()}  # nothing is asked for at the authorization endpoint
    return {}


def _together(members: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What only shows when members are seen side by side."""
    faults = []
    grant_types, is_public = members["grant_types"], members["token_endpoint_auth_method"] == "none"
    if {CODE, IMPLICIT} & set(grant_types) and not members["redirect_uris"]:
        faults.append(("redirect_uris", "at least one is needed where people are sent back"))
    undotted = [uri for uri in (*members["redirect_uris"], *members["post_logout_redirect_uris"]) if has_no_dot_in_its_scheme(uri)]
    if undotted and members["application_type"] != "native":
        faults.append(("application_type", f"must be native for {undotted[0]}: its scheme is no domain name with a dot"))
    for response_type in members["response_types"]:
        missing = [each for each in RESPONSE_TYPES[response_type] if each not in grant_types]
        faults += [("grant_types", f"{each} is needed for the response type {response_type}") for each in missing]
    if is_public and members.get("client_secret"):
        faults.append(("client_secret", "a client with token_endpoint_auth_method none has no secret"))
    if is_public and members["id_token_signed_response_alg"] in SYMMETRIC:
        faults.append(("id_token_signed_response_alg", "HS256 signs with a secret, which a public client does not have"))
    if is_public and "client_credentials" in grant_types:
        faults.append(("grant_types", "client_credentials is for clients that have a secret"))
    return faults


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Fault("must be a string")
    if any(ord(each) < SECRET_CHARACTERS[0] or 0xD800 <= ord(each) <= 0xDFFF for each in value):  # noqa: PLR2004  surrogates
        raise Fault("must be text without control characters")
    return value


def _identifier(value: Any) -> str:
    if not isinstance(value, str):
        raise Fault("must be a string")
    text = _text(value)
    if not text or len(text) > 255 or any(ord(each) not in SECRET_CHARACTERS for each in text):  # noqa: PLR2004
        raise Fault("must have 1 to 255 printable ASCII characters")
    return text


def _secret(value: Any) -> str:
    text = _text(value)
    if len(text) < SHORTEST_SECRET or any(ord(each) not in SECRET_CHARACTERS for each in text):
        raise Fault(f"must have at least {SHORTEST_SECRET} printable ASCII characters")
    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Fault("must be true or false")
    return value


def _seconds(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise Fault("must be a whole number of seconds")
    return value


def _list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each for each in value):
        raise Fault("must be a list of strings")
    return tuple(dict.fromkeys(map(_text, value)))


def _uris(value: Any) -> tuple[str, ...]:
    uris = _list(value)
    for each in uris:
        if fault := fault_of_redirect_uri(each):
            raise Fault(f"{each!r} {fault}")
    return uris


def _url(value: Any) -> str:
    text = _text(value)
    if text and (fault_of_page(text) or urlsplit(text).scheme not in ("https", "http")):
        raise Fault("must be an http or https URL")
    return text


def fault_of_page(text: str) -> str:
    """Why ``text`` cannot be linked to, or ""."""
    return fault_of_uri(text.replace("http:", "https:", 1).partition("#")[0])


def _scope(value: Any) -> str:
    try:
        return " ".join(split_scope(_text(value)))
    except ValueError:
        raise Fault("must be scope values separated by single spaces") from None


def _one_of(*known: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise Fault(f"must be one of {', '.join(known)}")
        return value

    return read


def _response_types(value: Any) -> tuple[str, ...]:
    """Each with its words in our order."""
    return _some_of(*RESPONSE_TYPES)([ordered(each) for each in _list(value)])


def _some_of(*known: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        values = _list(value)
        if unknown := [each for each in values if each not in known]:
            raise Fault(f"{', '.join(unknown)} is not offered here; known: {', '.join(known)}")
        return values

    return read


MEMBERS: dict[str, Callable[[Any], Any]] = {
    "client_id": _identifier,
    "client_secret": _secret,
    "client_name": _text,
    "application_type": _one_of(*APPLICATION_TYPES),
    "redirect_uris": _uris,
    "post_logout_redirect_uris": _uris,
    "response_types": _response_types,
    "grant_types": _list,  # judge knows which are offered
    "token_endpoint_auth_method": _text,
    "scope": _scope,
    "id_token_signed_response_alg": _one_of(*SIGNED_WITH),
    "access_token_format": _one_of(*FORMATS),
    "default_max_age": _seconds,
    "client_uri": _url,
    "logo_uri": _url,
    "policy_uri": _url,
    "tos_uri": _url,
    "contacts": _list,
    "require_consent": _boolean,
    "reuse_consent": _boolean,
    "owner": _text,
}

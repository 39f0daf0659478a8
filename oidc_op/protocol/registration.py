"""Client metadata (RFC 7591 §2, OIDC Registration §2): the one place that judges it, for every door it comes in by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from authlib.oauth2.rfc7591 import ClientMetadataClaims
from authlib.oidc.registration import ClientMetadataClaims as OpenIDClientMetadataClaims

from oidc_op.config.suggestion import did_you_mean
from oidc_op.interfaces import IProvider, JSONMapping, JSONObject
from oidc_op.model.client import Client
from oidc_op.model.redirect_uri import has_no_dot_in_its_scheme
from oidc_op.model.response_type import CODE, IMPLICIT, RESPONSE_TYPES

from .client_members import MEMBERS, readers
from .client_secret import SYMMETRIC
from .member_types import Fault

#: Members that specifications register and Authlib's models do not name.
FURTHER = (
    *("frontchannel_logout_uri", "frontchannel_logout_session_required", "backchannel_logout_uri"),
    *("backchannel_logout_session_required", "tls_client_certificate_bound_access_tokens", "tls_client_auth_subject_dn"),
    *("dpop_bound_access_tokens", "require_pushed_authorization_requests", "require_signed_request_object"),
    *("authorization_signed_response_alg", "introspection_signed_response_alg", "software_statement", "client_id_issued_at"),
    *("client_secret_expires_at", "registration_client_uri", "authorization_details_types", "subject_type"),
)
REGISTERED = {*ClientMetadataClaims.REGISTERED_CLAIMS, *OpenIDClientMetadataClaims.REGISTERED_CLAIMS, *FURTHER}
INTROSPECTION = "token_introspection"  # a client that registered it may ask about the tokens of others
DEFAULTS = {each.name: each.default for each in fields(Client) if each.default is not MISSING}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # members of JWKs


@dataclass
class Judged:
    """The result of judging metadata: a client's members, faults by member, and warnings."""

    members: JSONObject = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def judge(provider: IProvider, metadata: JSONMapping) -> Judged:
    """Read ``metadata`` member by member, then as a whole; everything that is wrong is said."""
    judged, other = Judged(), []
    members = readers(provider.configuration)
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
    judged.warnings += _unknown_scopes(provider, judged.members.get("scope", ""))
    judged.members = _derived(judged.members) | judged.members
    said = {name for name, _ in judged.faults}
    judged.faults.extend(fault for fault in _together(DEFAULTS | judged.members) if fault[0] not in said)
    return judged


def _unknown_scopes(provider: IProvider, scope: str) -> list[str]:
    """A warning for each scope that nobody has described, and that names no client whose tokens are asked about."""
    known = provider.configuration.scopes
    clients = provider.store.clients
    unknown = [each for each in scope.split() if each not in known and each != INTROSPECTION and clients.get(each) is None]
    return [f"scope: nothing here describes {each}{did_you_mean(each, known)}" for each in unknown]


def _has_private(jwks: Any) -> bool:
    """Whether a JWK Set has members that nobody but its owner should see (RFC 7518 §6)."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    return isinstance(keys, list) and any(isinstance(key, Mapping) and PRIVATE & key.keys() for key in keys)


def metadata_of(client: Client) -> JSONObject:
    """The members of ``client`` that differ from their defaults, as JSON has them; never its secret."""
    found: JSONObject = {"client_id": client.client_id}
    derived = _derived({"grant_types": client.grant_types})  # not said: it goes with the grant types, should they change
    for name in MEMBERS:
        value = getattr(client, name, None)
        if name in derived and value == derived[name]:
            continue
        if name != "client_id" and value != DEFAULTS.get(name, MISSING) and value is not None:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found | {name: json.loads(text) for name, text in client.other}


def _derived(members: JSONMapping) -> JSONObject:
    """Derive ``grant_types`` or ``response_types`` from the other, where only one is given (OIDC Registration §2)."""
    if "response_types" in members and "grant_types" not in members:
        needed = {grant_type for each in members["response_types"] for grant_type in RESPONSE_TYPES[each]}
        usual = DEFAULTS["grant_types"] if CODE in needed or not needed else ()
        return {"grant_types": (*usual, IMPLICIT) if IMPLICIT in needed else usual}
    if "grant_types" in members and "response_types" not in members and CODE not in members["grant_types"]:
        return {"response_types": ()}  # nothing is asked for at the authorization endpoint
    return {}


def _together(members: JSONMapping) -> list[tuple[str, str]]:
    """Return the faults of members that contradict each other."""
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

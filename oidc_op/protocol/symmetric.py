"""JWTs that are signed with a client's own secret (OIDC Core §10.1): worth what the client's word is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from oidc_op.interfaces import JSONObject


def sign(alg: str, claims: JSONObject, secret: bytes) -> str:
    """A JWT signed with ``secret``; there is no ``kid``, since each client has one."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": alg}, payload, OctKey.import_key(secret), algorithms=[alg])


def signed_by(token: str, algs: Sequence[str], secret_of: Callable[[str], bytes | None]) -> JSONObject | None:
    """The claims of a JWT that is signed with the secret of the client in its ``aud``, or None."""
    try:
        unverified = jws.extract_compact(token.encode("ascii"))
        alg, claims = str(unverified.headers().get("alg")), json.loads(unverified.payload)
        audience = claims.get("aud") if isinstance(claims, dict) else None
        secret = secret_of(audience) if alg in algs and isinstance(audience, str) else None
        if secret is None:
            return None
        jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=[alg])
    except (ValueError, TypeError, AttributeError, RecursionError, JoseError):  # all that a crafted token leads to
        return None
    return claims

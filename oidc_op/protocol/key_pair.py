"""A check that the sealed private key and the published public key belong together."""

from __future__ import annotations

import json

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from oidc_op.model.key import Key
from oidc_op.secret import MasterSecret, SecretError

from .keys import SEAL

PUBLIC = ("kty", "n", "e", "crv", "x", "y")  # members of a public key (RFC 7518 §6.2.1, §6.3.1)


def is_pair(secret: MasterSecret, key: Key) -> bool:
    """Whether the private key that is sealed has the public part that is published; of one that cannot be opened it is not asked."""
    try:
        kind = RSAKey if key.alg == "RS256" else ECKey
        ours = kind.import_key(json.loads(secret.unseal(SEAL, key.sealed))).as_dict(private=False)
        return all(key.public_jwk.get(name) == value for name, value in ours.items() if name in PUBLIC)
    except SecretError:
        return True
    except (JoseError, ValueError, TypeError, AttributeError):
        return False

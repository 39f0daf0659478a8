"""Access tokens that are JWTs (RFC 9068), checked with the keys of the provider."""

import time

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .tokens import TIMEOUT, Tokens

ALGORITHMS = ["RS256", "ES256"]  # chosen here, never by the token
REFETCH_AFTER = 60  # seconds; a token with an unknown key makes us fetch the keys no more often


class SignedTokens(Tokens):
    """Checks tokens by their signature; a revoked token is accepted until it expires."""

    _keys, _fetched_at = None, float("-inf")

    def introspect(self, token):
        """Return the claims of the token in the form of an introspection response; the caller checks the audience."""
        try:
            decoded = jwt.decode(token, self.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if time.monotonic() < self._fetched_at + REFETCH_AFTER:
                return {"active": False}
            self._keys = None  # the provider may have a new key
            return self.introspect(token)
        if decoded.header.get("typ") != "at+jwt" or decoded.claims["exp"] <= time.time():  # typ: no ID Token
            return {"active": False}
        return decoded.claims | {"active": True, "token_type": "Bearer"}

    @property
    def keys(self):
        """The provider's keys (RFC 7517 §5)."""
        if self._keys is None:
            response = requests.get(self.metadata["jwks_uri"], timeout=TIMEOUT)
            response.raise_for_status()
            self._keys, self._fetched_at = KeySet.import_key_set(response.json()), time.monotonic()
        return self._keys

"""Access tokens that are JWTs (RFC 9068), judged without asking about each: the provider is asked for its keys alone."""

import time

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .tokens import TIMEOUT, Tokens

ALGORITHMS = ["RS256", "ES256"]  # said here, and not by the token
PATIENCE = 60  # seconds before keys are fetched again because a token names one that is not there


class SignedTokens(Tokens):
    """Tokens that are checked here; one that was revoked is let in until it ends."""

    _keys, _fetched_at = None, float("-inf")

    def introspect(self, token):
        """What the token says of itself, in the words of introspection; whom it is for is judged as there."""
        try:
            decoded = jwt.decode(token, self.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if time.monotonic() < self._fetched_at + PATIENCE:
                return {"active": False}
            self._keys = None  # the provider may have another key by now
            return self.introspect(token)
        if decoded.header.get("typ") != "at+jwt" or decoded.claims["exp"] <= time.time():  # no ID Token, and alive
            return {"active": False}
        return decoded.claims | {"active": True, "token_type": "Bearer"}

    @property
    def keys(self):
        """The provider's keys (RFC 7517 §5)."""
        if self._keys is None:
            answer = requests.get(self.described["jwks_uri"], timeout=TIMEOUT)
            answer.raise_for_status()
            self._keys, self._fetched_at = KeySet.import_key_set(answer.json()), time.monotonic()
        return self._keys

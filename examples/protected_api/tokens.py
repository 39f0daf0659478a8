"""Access tokens, as somebody sees them who did not make them: the provider is asked about each."""

import requests

TIMEOUT = 10  # seconds


class NotAllowed(Exception):
    """A request that is not served; ``challenge`` is what RFC 6750 §3 has the client told."""

    def __init__(self, status, error="", scope=""):
        super().__init__(error)
        self.status = status
        named = [f'{name}="{value}"' for name, value in (("realm", "books"), ("error", error), ("scope", scope)) if value]
        self.challenge = "Bearer " + ", ".join(named)


class Tokens:
    """Asks the provider at ``issuer``, as the client ``client_id``, which is also the audience of the tokens that are for us."""

    def __init__(self, issuer, client_id, client_secret):
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self._described = None

    def demand(self, authorization, scope):
        """What the token in the header ``Authorization`` stands for; it has to be alive, meant for us, and carry ``scope``."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAllowed(401)
        told = self.introspect(token)
        if not told["active"] or told["iss"] != self.issuer or told.get("token_type") != "Bearer" or not self._is_for_us(told):
            raise NotAllowed(401, "invalid_token")
        if scope not in told.get("scope", "").split():
            raise NotAllowed(403, "insufficient_scope", scope)
        return told

    def introspect(self, token):
        """The provider's answer; of a token that is dead, unknown or none of our business it says only that it is not active."""
        endpoint, auth = self.described["introspection_endpoint"], (self.client_id, self.client_secret)
        answer = requests.post(endpoint, {"token": token}, auth=auth, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    @property
    def described(self):
        """What the provider says of itself (RFC 8414), such as where to ask."""
        if self._described is None:
            answer = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
            answer.raise_for_status()
            self._described = answer.json()
        return self._described

    def _is_for_us(self, told):
        audience = told["aud"]
        return self.client_id in (audience if isinstance(audience, list) else [audience])

"""Access tokens, introspected at the provider (RFC 7662)."""

import requests

TIMEOUT = 10  # seconds


class NotAllowed(Exception):
    """A request that is refused; ``challenge`` is the header ``WWW-Authenticate`` (RFC 6750 §3)."""

    def __init__(self, status, error="", scope=""):
        super().__init__(error)
        self.status = status
        named = [f'{name}="{value}"' for name, value in (("realm", "books"), ("error", error), ("scope", scope)) if value]
        self.challenge = "Bearer " + ", ".join(named)


class Tokens:
    """Introspects tokens at ``issuer`` as the client ``client_id``, which is also the audience of tokens for this API."""

    def __init__(self, issuer, client_id, client_secret):
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self._metadata = None

    def demand(self, authorization, scope):
        """Return the introspection response for the token in the header ``Authorization``.

        :raises NotAllowed: the token is not active, is for another API, or lacks ``scope``.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAllowed(401)
        info = self.introspect(token)
        if not info["active"] or info["iss"] != self.issuer or info.get("token_type") != "Bearer" or not self._is_for_us(info):
            raise NotAllowed(401, "invalid_token")
        if scope not in info.get("scope", "").split():
            raise NotAllowed(403, "insufficient_scope", scope)
        return info

    def introspect(self, token):
        """Return the provider's response: only ``active: false`` if the token is expired, unknown, or for another API."""
        endpoint, auth = self.metadata["introspection_endpoint"], (self.client_id, self.client_secret)
        response = requests.post(endpoint, {"token": token}, auth=auth, timeout=TIMEOUT)
        response.raise_for_status()
        return response.json()

    @property
    def metadata(self):
        """The provider's metadata (RFC 8414), such as the address of its endpoints."""
        if self._metadata is None:
            response = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
            response.raise_for_status()
            self._metadata = response.json()
        return self._metadata

    def _is_for_us(self, info):
        audience = info["aud"]
        return self.client_id in (audience if isinstance(audience, list) else [audience])

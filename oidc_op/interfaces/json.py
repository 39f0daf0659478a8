"""Names for what JSON decodes to; the one place where its values are ``Any``."""

from typing import Any

JSONObject = dict[str, Any]
"""An object of JSON: client metadata, a JWK, the body of an answer."""

Claims = dict[str, Any]
"""Claims of a JWT or of an account, by name (RFC 7519 §4, OIDC Core §5.1)."""

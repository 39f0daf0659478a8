"""Names for what JSON decodes to; the one place where its values are ``Any``."""

from collections.abc import Mapping
from typing import Any

JSONObject = dict[str, Any]
"""An object of JSON: client metadata, a JWK, the body of an answer."""

JSONMapping = Mapping[str, Any]
"""An object of JSON that is only read."""

Claims = dict[str, Any]
"""Claims of a JWT or of an account, by name (RFC 7519 §4, OIDC Core §5.1)."""

RawSettings = Mapping[str, Any]
"""The settings of an application as they are given: strings of an ini file, or a host's own values."""

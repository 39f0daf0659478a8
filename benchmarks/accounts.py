"""The client and the accounts of the virtual users."""

from pathlib import Path

import yaml

CLIENT_ID = "bench"
CLIENT_SECRET = "bench-secret-0123456789abcdef0123456789"
REDIRECT_URI = "https://rp.example/cb"
SCOPE = "openid profile email"
OFFLINE_SCOPE = f"{SCOPE} offline_access"
USERS = 64


def username(number: int) -> str:
    """Return the user name of virtual user ``number``."""
    return f"user{number}"


def password(number: int) -> str:
    """Return the password of virtual user ``number``."""
    return f"password-of-user{number}"


def write_apply_file(path: Path) -> None:
    """Write the file for ``oidc-op apply``."""
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "client_name": "Benchmark",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": OFFLINE_SCOPE,
        "token_endpoint_auth_method": "client_secret_basic",
    }
    accounts = [
        {
            "username": username(number),
            "password": password(number),
            "claims": {"name": f"User {number}", "email": f"user{number}@op.example", "email_verified": True},
        }
        for number in range(USERS)
    ]
    path.write_text(yaml.safe_dump({"clients": [client], "accounts": accounts}, sort_keys=False))

"""Who is registered at the provider that the client libraries are tested with."""

from typing import Any

USERNAME, PASSWORD = "ann", "correct horse battery staple"
SUB = "248289761001"
SECRET = "a-secret-of-the-client-library-tests"
AWKWARD_SECRET = "a+secret:with%of/all & kinds=of characters"  # RFC 6749 §2.3.1 has it form-encoded
REDIRECT_URI = "https://rp.example/cb"
DJANGO_REDIRECT_URI = "http://localhost/oidc/callback/"
AUTHLIB_REDIRECT_URI = "http://localhost/authlib/callback/"
SOCIAL_REDIRECT_URI = "http://localhost/social/complete/oidc/"
NATIVE_REDIRECT_URIS = ("http://127.0.0.1/callback", "http://localhost/callback")  # on any port (RFC 8252 §7.3)
CLAIMS = {
    "name": "Ann Example",
    "given_name": "Ann",
    "family_name": "Example",
    "email": "ann@example.com",
    "email_verified": True,
    "locale": "en-GB",
}


def registrations(spa: str, gate: str) -> dict[str, Any]:
    """What ``oidc-op apply`` reads; ``spa`` and ``gate`` are the origins of the single-page applications and of Apache."""
    spa_uris = {"redirect_uris": [f"{spa}/callback", f"{spa}/silent"]}
    implicit = {
        "response_types": ["id_token token"],
        "grant_types": ["implicit"],
        "redirect_uris": [f"{spa}/implicit/callback", f"{spa}/implicit/silent"],
        "post_logout_redirect_uris": [f"{spa}/implicit/signed-out"],
    }
    apache = {"redirect_uris": [f"{gate}/private/callback"], "post_logout_redirect_uris": [f"{gate}/goodbye"]}
    return {
        "accounts": [{"username": USERNAME, "password": PASSWORD, "sub": SUB, "claims": CLAIMS}],
        "clients": [
            _client("basic", "client_secret_basic", client_secret=AWKWARD_SECRET),
            _client("post", "client_secret_post", client_secret=AWKWARD_SECRET),
            _client("es256", "client_secret_basic", client_secret=SECRET, id_token_signed_response_alg="ES256"),
            _client("public", "none"),
            _client("requests-basic", "client_secret_basic", client_secret=SECRET),
            _client("requests-post", "client_secret_post", client_secret=SECRET),
            _client("authlib", "client_secret_basic", client_secret=SECRET, redirect_uris=[AUTHLIB_REDIRECT_URI]),
            _client("django", "client_secret_post", client_secret=SECRET, redirect_uris=[DJANGO_REDIRECT_URI]),
            _client("social", "client_secret_post", client_secret=SECRET, redirect_uris=[SOCIAL_REDIRECT_URI]),
            _client("robot", "client_secret_basic", client_secret=SECRET, grant_types=["client_credentials"], scope="stock:read"),
            _client("native", "none", application_type="native", redirect_uris=list(NATIVE_REDIRECT_URIS)),
            _client("apache", "client_secret_basic", client_secret=SECRET, **apache),
            _client("spa-implicit", "none", **implicit),
            _client("spa", "none", **spa_uris),
            _client("spa-without-refresh", "none", grant_types=["authorization_code"], **spa_uris),
        ],
    }


def _client(client_id: str, method: str, **members: Any) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_name": f"The {client_id} client",
        "token_endpoint_auth_method": method,
        "redirect_uris": [REDIRECT_URI],
        **members,
    }

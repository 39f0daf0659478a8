"""The floor: the same conversation on the same stack with everything left out that is not moving bytes.

It keeps what no provider can do without (one write for the code, one for the token, one RS256 signature, secrets kept
as digests) and nothing that makes a provider safe to use: no validation, no settings, no passwords. Never deploy it.
"""

import hmac
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64decode
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import urlencode

from BTrees.OOBTree import OOBTree
from joserfc import jwt
from joserfc.jwk import RSAKey
from persistent import Persistent
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest, HTTPSeeOther, HTTPUnauthorized
from pyramid.request import Request
from pyramid.response import Response
from pyramid_zodbconn import get_connection

from .accounts import CLIENT_ID, CLIENT_SECRET
from .relying_party import base64url

SHARDS = 64
WHERE = 12  # bytes of a handle that say which grant it is; the rest is its secret
SIGN_IN = """<!doctype html><title>Sign in</title><form method="post" action="login">
<input type="hidden" name="then" value="{}"><input name="username"><input name="password" type="password">
<button name="go" value="1">Sign in</button></form>"""


class Record(Persistent):
    """A tuple that is written by itself, so that a change appends little more than the tuple."""

    def __init__(self, *values: Any) -> None:
        self.values = values

    def __getstate__(self) -> tuple[Any, ...]:
        return self.values

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.values = state


class Floor:
    """The root of the tree, and the stored data."""

    def __init__(self, request: Request) -> None:
        stored = get_connection(request).root()["floor"]
        self.clients, self.sessions, self.shards = stored["clients"], stored["sessions"], stored["shards"]

    def grants(self, where: bytes) -> Any:
        """Return the tree that has this grant."""
        return self.shards[where[0] % SHARDS]


def digest(raw: bytes) -> bytes:
    """Return the digest of a secret."""
    return sha256(raw).digest()


def opened(handle: str) -> tuple[bytes, bytes]:
    """Split a code or token into the key of its grant and the digest of its secret."""
    raw = urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
    return raw[:WHERE], digest(raw[WHERE:])


def as_json(value: dict[str, Any]) -> Response:
    """A JSON response."""
    return Response(json.dumps(value).encode(), content_type="application/json", cache_control="no-store")


def metadata(_context: Floor, request: Request) -> Response:
    """Enough of OpenID Connect Discovery §3 for our client."""
    issuer = request.registry.settings["issuer"]
    names = {f"{name}_endpoint": f"{issuer}/{name}" for name in ("authorization", "token", "userinfo")}
    return as_json({"issuer": issuer, "jwks_uri": f"{issuer}/jwks", **names})


def jwks(_context: Floor, request: Request) -> Response:
    """The public key."""
    return as_json({"keys": [request.registry["key"].as_dict(private=False)]})


def login(context: Floor, request: Request) -> Response:
    """Begin a session for any browser."""
    sid = secrets.token_urlsafe()
    context.sessions[digest(sid.encode())] = Record(request.POST["username"], int(time.time()))
    response = HTTPSeeOther(request.POST["then"])
    response.set_cookie("session", sid, httponly=True)
    return response


def authorization(context: Floor, request: Request) -> Response:
    """The first write: a grant with a code."""
    asked = request.GET
    session = context.sessions.get(digest(request.cookies.get("session", "").encode()))
    if session is None:
        return Response(SIGN_IN.format(escape(request.path_qs)))
    sub, auth_time = session.values
    where, secret = secrets.token_bytes(WHERE), secrets.token_bytes(20)
    context.grants(where)[where] = Record(
        "code", digest(secret), int(time.time()) + 60, asked["client_id"], sub, auth_time,
        tuple(asked["scope"].split()), asked.get("nonce"), asked["redirect_uri"], asked.get("code_challenge"),
    )  # fmt: skip
    answer = {
        "code": base64url(where + secret),
        "state": asked.get("state", ""),
        "iss": request.registry.settings["issuer"],
    }
    return HTTPSeeOther(f"{asked['redirect_uri']}?{urlencode(answer)}")


def token(context: Floor, request: Request) -> Response:
    """The second write, and the signature: the grant's code becomes its token."""
    client_id, _, client_secret = b64decode(request.headers["Authorization"].partition(" ")[2]).decode().partition(":")
    sent, now = request.POST, int(time.time())
    where, presented = opened(sent["code"])
    grant = context.grants(where)[where]
    kind, kept, until, client, sub, auth_time, scopes, nonce, redirect_uri, challenge = grant.values
    if not (
        hmac.compare_digest(context.clients[client_id], digest(client_secret.encode()))
        and hmac.compare_digest(kept, presented)
        and (kind, client, redirect_uri) == ("code", client_id, sent["redirect_uri"])
        and now < until
        and (challenge is None or challenge == base64url(digest(sent["code_verifier"].encode())))
    ):
        return HTTPBadRequest()
    secret = secrets.token_bytes(20)
    access_token = base64url(where + secret)
    grant.values = ("token", digest(secret), now + 3600, client, sub, auth_time, scopes, nonce, None, None)
    claims = {
        "iss": request.registry.settings["issuer"],
        "sub": sub,
        "aud": client,
        "exp": now + 3600,
        "iat": now,
        "auth_time": auth_time,
        "nonce": nonce,
        "at_hash": base64url(digest(access_token.encode())[:16]),
    }
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": " ".join(scopes),
        "id_token": jwt.encode({"alg": "RS256", "kid": "floor"}, claims, request.registry["key"], ["RS256"]),
    }
    return as_json(answer)


def userinfo(context: Floor, request: Request) -> Response:
    """The claims of the token's account."""
    where, presented = opened(request.headers["Authorization"].partition(" ")[2])
    kind, kept, until, _, sub, *_ = context.grants(where)[where].values
    if kind != "token" or until < time.time() or not hmac.compare_digest(kept, presented):
        return HTTPUnauthorized()
    return as_json({"sub": sub, "name": "User of the floor", "email": "user@op.example"})


def main(_global_config: dict[str, str], **settings: str) -> Any:
    """Paste's application factory."""
    with Configurator(settings=settings, root_factory=Floor) as config:
        for name in ("pyramid_retry", "pyramid_tm", "pyramid_zodbconn"):
            config.include(name)
        for view in (authorization, token, userinfo, login, jwks):
            config.add_view(view, context=Floor, name=view.__name__)
        config.add_route("metadata", "/.well-known/openid-configuration")
        config.add_view(metadata, route_name="metadata")
        config.registry["key"] = RSAKey.generate_key(2048, {"kid": "floor", "use": "sig", "alg": "RS256"})
    with config.registry._zodb_databases[""].transaction() as connection:  # noqa: SLF001  what get_connection reads
        connection.root()["floor"] = {
            "clients": OOBTree({CLIENT_ID: digest(CLIENT_SECRET.encode())}),
            "sessions": OOBTree(),
            "shards": tuple(OOBTree() for _ in range(SHARDS)),
        }
    return config.make_wsgi_app()

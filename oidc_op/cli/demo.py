"""Somebody to sign in, and something to sign in to, where a provider is being tried out."""

from __future__ import annotations

import secrets

from plaster import get_loader

from oidc_op.accounts.editing import new_account
from oidc_op.accounts.foreign import foreign
from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.protocol.clients import new_client

USERNAME, CLIENT = "demo", "try-it"
CLAIMS = {
    "name": "Demo Person",
    "given_name": "Demo",
    "family_name": "Person",
    "email": "demo@example.com",
    "email_verified": True,
    "locale": "en",
    "zoneinfo": "Europe/Berlin",
}


def make(provider: IProvider, origin: str) -> tuple[JSONObject, list[str]]:
    """The demo account and client where they are missing: what was made as data, and in words."""
    issuer = provider.settings.issuer or origin
    data: JSONObject = {}
    told = []
    if not foreign(provider) and provider.store.accounts.named(USERNAME) is None:
        password = secrets.token_urlsafe(9)
        provider.store.accounts.add(new_account(provider, USERNAME, password, roles=("admin",), claims=CLAIMS))
        data["account"] = {"username": USERNAME, "password": password}
        told += [f"made the account {USERNAME} with the password {password} (not shown again; oidc-op account password changes it)"]
    if provider.store.clients.get(CLIENT) is None:
        metadata = {
            "client_id": CLIENT,
            "client_name": "Try it",
            "token_endpoint_auth_method": "none",
            "redirect_uris": [f"{issuer}/try-it/callback"],
        }
        provider.store.clients.add(new_client(provider, metadata).client)
        data["client"] = metadata
        told += [f"made the client {CLIENT}, which the front page {issuer}/ tries the provider with"]
    return data, told


def origin(ini: str) -> str:
    """Return the origin at which a browser on this machine reaches the server of the ini file."""
    server = get_loader(ini.partition("#")[0]).get_settings("server:main")
    listen = server.get("listen", "").split() or [f"{server.get('host', 'localhost')}:{server.get('port', '6543')}"]
    host, _, port = listen[0].rpartition(":")
    return f"http://{'localhost' if host in ('', '*', '0.0.0.0') else host}:{port}"  # noqa: S104  not bound, only read

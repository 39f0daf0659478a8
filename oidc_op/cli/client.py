"""Register clients, look at them, change and remove them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from typing import Any

from oidc_op.history.formatting import author_of
from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.client import Client
from oidc_op.protocol.client_members import MEMBERS
from oidc_op.protocol.clients import Made, RefusedMetadata, new_client, replaced_client, with_new_secret
from oidc_op.protocol.registration import DEFAULTS, metadata_of

from . import add_verb, add_why
from .command import Command
from .console import Refused
from .output import Answer, answer, columns, facts, shown

EXAMPLES = """examples:
  oidc-op client add X.ini --name "My application" --redirect-uri https://app.example.com/callback
  oidc-op client add X.ini --name "My phone app" --native --public --redirect-uri com.example.app:/callback
  oidc-op client set X.ini CLIENT_ID redirect_uris+=https://app.example.com/other require_consent=false
  oidc-op client secret X.ini CLIENT_ID
"""
MEMBER = (
    "a member of its metadata, as RFC 7591 names them: client_uri=https://…; a list takes += and -= too, "
    'or JSON: response_types=["id_token token"]'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add = add_verb(verbs, "add", "register a client; its secret is printed once", epilog=EXAMPLES)
    add.add_argument("--id", help="its client_id; drawn where absent")
    add.add_argument("--name", help="what people are told it is called")
    add.add_argument("--redirect-uri", action="append", default=[], metavar="URI", help="where people are sent back; may be repeated")
    add.add_argument("--public", action="store_true", help="it cannot keep a secret: a browser or a device")
    add.add_argument("--native", action="store_true", help="it is installed on a device; its loopback port is free")
    add.add_argument("--scope", help="what it may ask for, where not the standard scopes")
    add.add_argument("member", nargs="*", metavar="member=value", help=MEMBER)
    add_verb(verbs, "list", "list the clients")
    add_verb(verbs, "show", "show a client").add_argument("client_id")
    change = add_verb(verbs, "set", "change members of a client")
    change.add_argument("client_id")
    change.add_argument("member", nargs="+", metavar="member=value", help=MEMBER)
    remove = add_verb(verbs, "remove", "remove a client; all that it was granted dies")
    remove.add_argument("client_id")
    secret = add_verb(verbs, "secret", "draw a new secret for a client; it is printed once")
    secret.add_argument("client_id")
    secret.add_argument("--readable", action="store_true", help="keep it sealed, not only its digest, to sign ID Tokens with (HS256)")
    for each in (add, change, remove, secret):
        add_why(each)


def run(args: argparse.Namespace, provider: IProvider, console: object) -> Answer:
    return VERBS[args.verb](args, provider)


def _add(args: argparse.Namespace, provider: IProvider) -> Answer:
    metadata: JSONObject = {"redirect_uris": args.redirect_uri} if args.redirect_uri else {}
    given = {"client_id": args.id, "client_name": args.name, "scope": args.scope}
    metadata |= {name: value for name, value in given.items() if value}
    metadata |= {"token_endpoint_auth_method": "none"} if args.public else {}
    metadata |= {"application_type": "native"} if args.native else {}
    made = _judge(lambda: new_client(provider, _changed(metadata, args.member)))
    if provider.store.clients.get(made.client.client_id):
        raise Refused(f"there is a client {made.client.client_id} already")
    provider.store.clients.add(made.client)
    return _made(args, made)


def _set(args: argparse.Namespace, provider: IProvider) -> Answer:
    old = _find(provider, args.client_id)
    metadata = _changed(metadata_of(old), args.member)
    if metadata.get("client_id") != old.client_id:
        raise Refused("client_id: never changes; add another client, and remove this one")
    made = _judge(lambda: replaced_client(provider, old, metadata))
    provider.store.clients.put(made.client)
    return _made(args, made)


def _secret(args: argparse.Namespace, provider: IProvider) -> Answer:
    client = _find(provider, args.client_id)
    made = _judge(lambda: with_new_secret(provider, client, readable=args.readable))
    provider.store.clients.put(made.client)
    data = {"client_id": client.client_id, "client_secret": made.client_secret}
    return answer(args, data, [*facts(data), "", "The secret is not shown again."])


def _list(args: argparse.Namespace, provider: IProvider) -> Answer:
    clients = sorted(provider.store.clients.records(), key=lambda client: client.client_id)
    rows = [("client_id", "name", "kind", "redirect_uris")]
    rows += [(each.client_id, each.name, _kind(each), " ".join(each.redirect_uris)) for each in clients]
    return answer(args, [metadata_of(each) for each in clients], columns(rows) if clients else ["There are no clients."])


def _show(args: argparse.Namespace, provider: IProvider) -> Answer:
    client = _find(provider, args.client_id)
    data, moments = metadata_of(client), {"created_at": client.created_at, "updated_at": client.updated_at}
    by = f" by {author_of(provider, client.updated_by)}" if client.updated_by else ""
    told = {"created_at": shown(client.created_at), "updated_at": shown(client.updated_at) + by}
    return answer(args, data | moments | {"updated_by": client.updated_by}, facts(data | told))


def _remove(args: argparse.Namespace, provider: IProvider) -> Answer:
    client = _find(provider, args.client_id)
    provider.store.clients.remove(client.client_id)
    return answer(args, {"removed": client.client_id}, [f"Removed {client.name}; all that it was granted is dead."])


def _find(provider: IProvider, client_id: str) -> Client:
    client = provider.store.clients.get(client_id)
    if client is None:
        raise Refused(f"there is no client {client_id}; oidc-op client list shows those there are")
    return client


def _judge(make: Any) -> Made:
    try:
        return make()
    except RefusedMetadata as refused:
        raise Refused(*(f"{member}: {reason}" for member, reason in refused.faults)) from refused


def _made(args: argparse.Namespace, made: Made) -> Answer:
    data, note = metadata_of(made.client), []
    if made.client_secret:
        data = {"client_id": data.pop("client_id"), "client_secret": made.client_secret} | data
        note = ["", "The secret is not shown again."]
    return answer(args, data, [*facts(data), *note], made.warnings)


def _changed(metadata: JSONObject, changes: Iterable[str]) -> JSONObject:
    """``metadata`` with ``name=value``, ``name+=value`` and ``name-=value`` applied, in that order."""
    metadata = dict(metadata)
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign:
            raise Refused(f"{change}: write it as member=value")
        if name.endswith(("+", "-")):
            name, way = name[:-1], name[-1]
            before = [each for each in metadata.get(name, DEFAULTS.get(name, ())) if each != text]
            metadata[name] = [*before, text] if way == "+" else before
        elif not text:
            metadata.pop(name, None)
        else:
            metadata[name] = _value(name, text)
    return metadata


def _value(name: str, text: str) -> Any:
    if name in MEMBERS:
        return MEMBERS[name].type.from_text(text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def _kind(client: Client) -> str:
    return f"{'public' if client.is_public else 'confidential'} {client.application_type}"


VERBS = {"add": _add, "list": _list, "show": _show, "set": _set, "remove": _remove, "secret": _secret}


COMMAND = Command(add_arguments=add_arguments, run=run, examples=EXAMPLES)

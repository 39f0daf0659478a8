"""Create, import, rotate, retire and list signing keys."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.key import Key
from oidc_op.protocol.keys import ALGORITHMS
from oidc_op.protocol.pem import UnfitKey

from . import add_verb, add_why
from .command import Command
from .console import Console, Refused
from .master_secret import new_secret, told
from .output import Answer, answer, columns, facts

EXAMPLES = """examples:
  oidc-op key rotate X.ini                  every algorithm gets a new key; it signs once clients had time to fetch it
  oidc-op key rotate X.ini --alg RS256 --now   the old one must not sign any more
"""
FILES = "RSA of 2048 bits or more, or P-256; - for standard input; of several the first signs, in Django the one with the lowest id"
DAY, HOUR, MINUTE = 86400, 3600, 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    create = add_verb(verbs, "create", "make a key that signs at once")
    create.add_argument("--alg", choices=ALGORITHMS, default="RS256", help="what it signs with (default: RS256)")
    rotate = add_verb(verbs, "rotate", "make new keys; the old ones stay published until their last token has ended", epilog=EXAMPLES)
    rotate.add_argument("--alg", choices=ALGORITHMS, help="of this algorithm only")
    rotate.add_argument("--now", action="store_true", help="sign with the new key at once, though clients may not know it yet")
    imported = add_verb(verbs, "import", "keep a private key in PEM form that clients know already; it signs at once")
    imported.add_argument("file", nargs="+", metavar="KEY.pem", help=FILES)
    imported.add_argument("--kid", default="", help="the kid that clients know it by (default: the one django-oidc-provider gave it)")
    retire = add_verb(verbs, "retire", "stop signing with a key")
    retire.add_argument("kid")
    for each in (create, rotate, imported, retire):
        add_why(each)
    add_verb(verbs, "list", "list the keys")


@contextmanager
def before(args: argparse.Namespace, settings: Mapping[str, object]) -> Iterator[None]:
    """Make a new master secret for ``key rotate --now``, where there is none."""
    if args.verb != "rotate" or not args.now:
        yield
        return
    with new_secret(settings, args.ini) as made:
        args.made_secret = made
        yield


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    if args.verb == "import":
        return _import(args, provider, console)
    return VERBS[args.verb](args, provider)


def _create(args: argparse.Namespace, provider: IProvider) -> Answer:
    data = _data(provider.keys.create(args.alg), provider.now)
    return answer(args, data, facts(data))


def _import(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    if args.kid and len(args.file) > 1:
        raise Refused("--kid: name one key, not several")
    made = []
    for place, file in enumerate(args.file):
        try:
            made.append(_data(provider.keys.import_pem(console.read_file(file), args.kid, place=place), provider.now))
        except UnfitKey as error:
            raise Refused(f"{file}: {error}" if len(args.file) > 1 else str(error)) from error
    return answer(args, made[0] if len(made) == 1 else made, [line for data in made for line in (*facts(data), "")][:-1])


def _rotate(args: argparse.Namespace, provider: IProvider) -> Answer:
    used = {key.alg for key in provider.keys.records if key.signs(provider.now) or not key.retired_at}  # those that wait, too
    algs = [args.alg] if args.alg else [alg for alg in ALGORITHMS if alg in used]
    if not algs:
        raise Refused("there is no key to rotate; make one with: oidc-op key create X.ini")
    made = [_data(provider.keys.rotate(alg, at_once=args.now), provider.now) for alg in algs]
    path = getattr(args, "made_secret", None)
    warnings = [f"{told(path)}; every client needs another secret: oidc-op client secret X.ini CLIENT_ID"] if path else []
    return answer(args, made, [line for data in made for line in (*facts(data), "")][:-1], warnings)


def _retire(args: argparse.Namespace, provider: IProvider) -> Answer:
    before = provider.store.keys.get(args.kid)
    if before is not None and before.state(provider.now) in ("retired", "gone"):
        raise Refused(f"the key {args.kid} is retired already")
    try:
        data = _data(provider.keys.retire(args.kid), provider.now)
    except KeyError:
        raise Refused(f"there is no key {args.kid}; oidc-op key list shows those there are") from None
    lines, warnings, alg = facts(data), [], data["alg"]
    if alg not in provider.keys.algorithms():
        waiting = [key for key in provider.keys.records if key.alg == alg and not key.retired_at]
        if waiting:
            first = min(waiting, key=lambda key: key.active_at)
            lines += ["", f"Nothing signs with {alg} until {first.kid} does, in {_span(first.active_at - provider.now)}."]
        else:
            warnings = [f"nothing signs with {alg} any more; oidc-op key create X.ini --alg {alg} makes another key"]
    return answer(args, data, lines, warnings)


def _list(args: argparse.Namespace, provider: IProvider) -> Answer:
    keys = sorted(provider.store.keys.records(), key=lambda key: (key.alg, key.active_at))
    heads = ("kid", "alg", "state", "age", "signs from", "published until")
    signing = {provider.keys.signing(alg).kid for alg in provider.keys.algorithms()}
    rows = [heads, *(_row(key, provider.now, signs=key.kid in signing) for key in keys)]
    return answer(args, [_data(key, provider.now) for key in keys], columns(rows) if keys else ["There are no keys."])


def _data(key: Key, now: int) -> JSONObject:
    data = {"kid": key.kid, "alg": key.alg, "state": key.state(now), "created_at": key.created_at, "active_at": key.active_at}
    return data | {name: value for name in ("retired_at", "expires_at") if (value := getattr(key, name))}


def _row(key: Key, now: int, *, signs: bool) -> tuple[str, ...]:
    """Return the row of a key. Of several that could sign, one does; the others are ``spare`` until it is retired."""
    state = "spare" if key.state(now) == "signing" and not signs else key.state(now)
    begins = "now" if signs else f"in {_span(key.active_at - now)}" if key.active_at > now else "-"
    ends = f"in {_span(key.expires_at - now)}" if key.expires_at > now else "over" if key.expires_at else "-"
    return key.kid, key.alg, state, _span(now - key.created_at), begins, ends


def _span(seconds: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {name}"
    return f"{max(seconds, 0)} s"


VERBS = {"create": _create, "rotate": _rotate, "retire": _retire, "list": _list}


COMMAND = Command(add_arguments=add_arguments, run=run, before=before, files=lambda args: args.file if args.verb == "import" else [])

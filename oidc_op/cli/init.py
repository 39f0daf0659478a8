"""Make what a provider needs to start: its secret, its store and its keys; for development also somebody to sign in."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.protocol import client_secret
from oidc_op.protocol.keys import ALGORITHMS
from oidc_op.secret import ENVIRONMENT, WRONG_CLIENT_SECRETS, WRONG_SECRET
from oidc_op.store import StoreHeld, make_ready

from . import add_common, demo
from .check import NOT_YOURS, is_example
from .command import Command
from .console import Console, Refused
from .handover import hand_over
from .ini import settings_of
from .master_secret import new_secret, told
from .output import Answer, answer
from .run import application, in_transaction
from .store_backend import without_a_server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """Make what is missing, in a server that holds the store where there is one; what is there stays."""
    settings, made = settings_of(args.ini), None
    try:
        with new_secret(settings, args.ini) as made:
            args.done = [*([told(made)] if made else []), *_store(settings)]
            with application(args.ini) as registry:
                return in_transaction(registry, COMMAND, args, console)
    except StoreHeld as held:
        if made:
            raise Refused(f"there is no master secret {made}, but a server runs with one: put that back, or set {ENVIRONMENT}") from held
        return hand_over(held, COMMAND, args, ["init", args.ini, *(["--json"] if args.json else [])], console)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    """Make the keys that are missing, and in development the demo."""
    provider.why = "oidc-op init"
    done: list[str] = list(getattr(args, "done", []))
    data: JSONObject = {}
    if unopened := provider.keys.unopened():
        raise Refused(WRONG_SECRET.format(", ".join(unopened), "oidc-op key rotate X.ini --now"))
    present = provider.keys.algorithms()
    done += [f"made the {alg} key {provider.keys.create(alg).kid}" for alg in ALGORITHMS if alg not in present]
    if resealed := provider.keys.reseal():
        done.append(f"sealed {resealed} keys anew, with the newest line of the master secret")
    if resealed := client_secret.reseal(provider):
        done.append(f"sealed {resealed} client secrets anew, with the newest line of the master secret")
    if provider.settings.development:
        data, words = demo.make(provider, demo.origin(args.ini))
        done += words
    unread = client_secret.unopened(provider)
    warnings = [WRONG_CLIENT_SECRETS.format(", ".join(unread))] if unread else []
    if not present and is_example(provider.settings.issuer):  # the first time: nobody knows it yet
        warnings.append(NOT_YOURS.format(provider.settings.issuer))
    data |= {"warnings": warnings} if warnings else {}
    return answer(args, {"done": done} | data, done or ["Everything is there already."], warnings)


def _store(settings: Mapping[str, object]) -> list[str]:
    try:
        with without_a_server("make the store"):
            return make_ready(settings)
    except StoreHeld:
        return []


COMMAND = Command(add_arguments=add_arguments, run=run, run_alone=run_alone)

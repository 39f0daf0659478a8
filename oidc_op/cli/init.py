"""Make what a provider needs to start: its secret, its store and its keys; for development also somebody to sign in."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from pyramid.paster import get_appsettings

from oidc_op.protocol.client_secret import reseal
from oidc_op.protocol.keys import ALGORITHMS
from oidc_op.secret import ENVIRONMENT, write_secret
from oidc_op.store import StoreHeld
from oidc_op.store.zodb import initialise_uri_settings

from . import add_common, demo
from .answer import Answer, answer
from .console import Console, Refused

SECRET, STORE = "oidc.secret_file", "oidc.store"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """May be run again: what is there stays."""
    from . import control
    from . import run as running

    settings = get_appsettings(args.ini)
    args.done = _secret(settings, args.ini) + _store(settings)
    module = sys.modules[__name__]
    try:
        with running.application(args.ini) as registry:
            return running.in_transaction(registry, module, args, console)
    except StoreHeld as held:
        return control.hand_over(held, args, ["init", args.ini, *(["--json"] if args.json else [])], console)


def run(args: argparse.Namespace, provider: Any, console: Console) -> Answer:
    """Make the keys that are missing, and in development the demo."""
    done: list[str] = list(getattr(args, "done", []))
    data: dict[str, Any] = {}
    present = provider.keys.algorithms()
    done += [f"made the {alg} key {provider.keys.create(alg).kid}" for alg in ALGORITHMS if alg not in present]
    if resealed := provider.keys.reseal():
        done.append(f"sealed {resealed} keys anew, with the newest line of the master secret")
    if resealed := reseal(provider):
        done.append(f"sealed {resealed} client secrets anew, with the newest line of the master secret")
    if provider.settings.development:
        data, told = demo.make(provider, demo.origin(args.ini))
        done += told
    return answer(args, {"done": done} | data, done or ["Everything is there already."])


def _secret(settings: dict[str, Any], ini: str) -> list[str]:
    if os.environ.get(ENVIRONMENT):
        return []
    path = Path(settings.get(SECRET) or Path(ini.partition("#")[0]).resolve().with_name("oidc_secret"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = write_secret(path)
    except OSError as error:
        raise Refused(f"cannot make the master secret {path}: {error.strerror}") from error
    return [f"made the master secret {path}; keep a copy of it apart from the database"] if made else []


def _store(settings: dict[str, Any]) -> list[str]:
    if settings.get(STORE, "zodb") != "zodb":
        return []
    try:
        made = initialise_uri_settings(settings)
    except StoreHeld:
        return []
    except OSError as error:
        raise Refused(f"cannot make the store: {error}") from error
    return ["made the store"] if made else []

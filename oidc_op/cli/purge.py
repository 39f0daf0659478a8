"""Drop what has expired: grants, sessions, tickets, consents, keys whose last token has ended, and clients that were never used."""

from __future__ import annotations

import argparse
import time

from oidc_op.interfaces import IProvider
from oidc_op.protocol import dynamic_clients

from . import add_common
from .command import Command
from .console import Console
from .output import Answer, answer, columns

PATIENCE = 1.0  # seconds, after which somebody wonders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    store, now = provider.store, provider.now
    provider.why = "oidc-op purge"
    dropped, began = {}, time.monotonic()
    for name in ("grants", "sessions", "tickets", "consents"):
        dropped[name] = getattr(store, name).purge(now)
        if time.monotonic() - began > PATIENCE:
            console.tell(f"dropped {dropped[name]} {name}")
    dropped["keys"] = provider.keys.purge()
    dropped["clients"] = dynamic_clients.purge(provider)
    return answer(args, dropped, columns([("dropped", ""), *((name, str(count)) for name, count in dropped.items())]))


COMMAND = Command(add_arguments=add_arguments, run=run)

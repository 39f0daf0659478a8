"""Drop what has expired: grants, sessions, tickets, consents, and keys whose last token has ended."""

from __future__ import annotations

import argparse
from typing import Any

from . import add_common
from .answer import Answer, answer, columns
from .console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(args: argparse.Namespace, provider: Any, console: Console) -> Answer:
    store, now = provider.store, provider.now
    provider.why = "oidc-op purge"
    dropped = {name: getattr(store, name).purge(now) for name in ("grants", "sessions", "tickets", "consents")}
    dropped["keys"] = provider.keys.purge()
    return answer(args, dropped, columns([("dropped", ""), *((name, str(count)) for name, count in dropped.items())]))

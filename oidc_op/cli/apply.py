"""Bring clients and accounts to the state that a file describes, in one transaction."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from oidc_op.config.suggestion import did_you_mean
from oidc_op.interfaces import IProvider, JSONObject

from . import add_common, add_why
from .apply_duplicates import Seen
from .apply_entries import Change, described_account, described_client
from .apply_file import read_document
from .command import Command
from .console import Console, Refused
from .output import Answer, answer

EXAMPLES = """a file (YAML or JSON):
  clients:
    - client_id: shop
      client_name: The shop
      redirect_uris: [https://shop.example.com/callback]
  accounts:
    - username: ann
      claims: {name: Ann Example, email: ann@example.com, email_verified: true}

What the file does not name stays as it is. What it names is replaced whole, but a client_secret and a password that it
does not give stay; new ones are printed once. A client without client_id is the one that has its client_name; give it
a client_id before you rename it.
"""
SECTIONS: dict[str, Callable[[Any, Any], Change]] = {"clients": described_client, "accounts": described_account}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("file", metavar="FILE", help="a YAML or JSON file; - for standard input")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    add_why(parser)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    """Everything is judged first, and every fault said; then everything is written, or nothing."""
    changes, seen = [], Seen()
    entries, faults = _entries(console.read_file(args.file), args.file)
    for section, index, entry in entries:
        where = f"{args.file}: {section}[{index}] ({_name(entry)})"
        change = None
        try:
            change = SECTIONS[section](provider, entry)
        except ValueError as error:
            reasons = getattr(error, "faults", None) or [("", str(error))]
            faults += [f"{where}: {member}: {reason}" if member else f"{where}: {reason}" for member, reason in reasons]
        else:
            changes.append(change)
        faults += [f"{where}: {reason}" for reason in seen.add(section, entry, change)]
    if faults:
        raise Refused("nothing was changed:", *faults)
    changes = [change for change in changes if change.is_needed]
    if not args.dry_run:
        for change in changes:
            change.write(provider)
    warnings = [f"{change.what} {change.name}: {text}" for change in changes for text in change.warnings]
    data = {"dry_run": args.dry_run, "changes": [change.data(secrets=not args.dry_run) for change in changes]}
    lines = [line for change in changes for line in change.lines(secrets=not args.dry_run)]
    return answer(args, data, lines or ["Nothing to change."], warnings)


def _entries(text: str, path: str) -> tuple[list[tuple[str, int, JSONObject]], list[str]]:
    """The entries by section and index, and what is no entry.

    :raises Refused: the file is none that has entries.
    """
    try:
        document = read_document(text, as_json=path.endswith(".json"))
    except ValueError as error:
        raise Refused(f"{path}: {error}") from error
    if not isinstance(document, dict) or not document:
        raise Refused(f"{path}: must have clients: or accounts:")
    faults = [f"{path}: {name}: there is no such section{_meant(name)}" for name in document if name not in SECTIONS]
    entries = []
    for section in SECTIONS:
        listed = document.get(section) or []
        if not isinstance(listed, list):
            faults.append(f"{path}: {section}: must be a list of mappings")
            continue
        faults += [f"{path}: {section}[{index}]: must be a mapping" for index, each in enumerate(listed) if not isinstance(each, dict)]
        entries += [(section, index, each) for index, each in enumerate(listed) if isinstance(each, dict)]
    return entries, faults


def _meant(name: str) -> str:
    return did_you_mean(name, SECTIONS) or f"; there are {' and '.join(SECTIONS)}"


def _name(entry: JSONObject) -> str:
    return str(entry.get("client_id") or entry.get("username") or entry.get("client_name") or "unnamed")


COMMAND = Command(add_arguments=add_arguments, run=run, files=lambda args: [args.file], examples=EXAMPLES)

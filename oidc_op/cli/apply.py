"""Bring clients and accounts to the state that a file describes, in one transaction."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

import yaml

from . import add_common
from .answer import Answer, answer
from .console import Console, Refused, UsageError
from .described import Change, described_account, described_client
from .distinct import Seen

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


def run(args: argparse.Namespace, provider: Any, console: Console) -> Answer:
    """Everything is judged first, and every fault said; then everything is written, or nothing."""
    changes, faults, seen = [], [], Seen()
    for section, index, entry in _entries(console.read_file(args.file), args.file):
        try:
            change = SECTIONS[section](provider, entry)
            seen.add(change, entry)
        except ValueError as error:
            reasons = getattr(error, "faults", None) or [("", str(error))]
            where = f"{args.file}: {section}[{index}] ({_name(entry)})"
            faults += [f"{where}: {member}: {reason}" if member else f"{where}: {reason}" for member, reason in reasons]
        else:
            changes.append(change)
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


def _entries(text: str, path: str) -> list[tuple[str, int, dict[str, Any]]]:
    try:
        document = json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {error}") from error
    if not isinstance(document, dict) or not document or set(document) - set(SECTIONS):
        raise UsageError(f"{path}: must have clients: or accounts:, and nothing else")
    faults = [f"{path}: {name}: must be a list of mappings" for name, entries in document.items() if not _is_list(entries)]
    if faults:
        raise UsageError(*faults)
    return [(section, index, entry) for section in SECTIONS for index, entry in enumerate(document.get(section) or [])]


def _is_list(entries: Any) -> bool:
    return entries is None or (isinstance(entries, list) and all(isinstance(each, dict) for each in entries))


def _name(entry: dict[str, Any]) -> str:
    return str(entry.get("client_id") or entry.get("username") or entry.get("client_name") or "unnamed")

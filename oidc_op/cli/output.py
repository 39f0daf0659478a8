"""The answer of a command, given once its transaction is committed: text for people, or JSON for programs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from oidc_op.interfaces import JSONObject

from .console import Console

Answer = Callable[[Console], None]


def answer(args: argparse.Namespace, data: object, lines: Iterable[str], warnings: Iterable[str] = ()) -> Answer:
    """Say ``data`` or ``lines``, as was asked; warnings go beside."""
    told, warned = list(lines), [each.replace("X.ini", args.ini) for each in warnings]

    def say(console: Console) -> None:
        for warning in warned:
            console.warn(f"warning: {warning}")
        if args.json:
            console.show(data)
        else:
            for line in told:
                console.say(line)

    return say


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """``rows`` with their columns one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def facts(data: JSONObject) -> list[str]:
    """A record, a member a line; lists spread over several."""
    rows: list[tuple[str, ...]] = []
    for name, value in data.items():
        if value == {}:
            continue
        listed = [f"{key}: {_text(each)}" for key, each in value.items()] if isinstance(value, dict) else value
        values = listed if isinstance(listed, list) and listed else ["(empty)" if listed == [] else listed]
        rows += [(name if index == 0 else "", _text(each)) for index, each in enumerate(values)]
    return columns(rows)


def shown(moment: int) -> str:
    """A moment in seconds since the epoch, as the console shows it too."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "-" if value is None else str(value)

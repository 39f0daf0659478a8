"""Medians over the repeats, as a table for people or as JSON for programs."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median
from typing import Any

from .driver import Cell

HEAD = f"{'server':<9}{'scenario':<11}{'users':>5}{'flows/s':>9}{'CPU ms':>8}{'RSS MiB':>9}{'bytes':>8}{'commits':>9}{'errors':>8}"
COLUMNS = ("flows_per_second", "cpu_ms_per_flow", "rss_mib", "bytes_per_flow", "commits_per_flow")
DRIVER_BOUND = 0.85


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def milliseconds(values: Sequence[float]) -> dict[str, float]:
    """p50 and p99 of durations in seconds."""
    return {f"p{rank}_ms": percentile(values, rank / 100) * 1000 for rank in (50, 99)}


def figures(cell: Cell) -> dict[str, Any]:
    """The numbers of one cell."""
    flows = len(cell.flows)
    known = cell.use if flows else None
    cpu, rss, written, commits = known or (math.nan,) * 4
    each = flows or math.nan
    return {
        "server": cell.server,
        "scenario": cell.scenario,
        "concurrency": cell.concurrency,
        "seconds": cell.seconds,
        "flows": flows,
        "flows_per_second": flows / cell.seconds if cell.seconds else 0.0,
        "cpu_ms_per_flow": cpu * 1000 / each,
        "rss_mib": rss,
        "bytes_per_flow": written / each,
        "commits_per_flow": commits / each,
        "driver_share": cell.driver_cpu / cell.seconds if cell.seconds else math.nan,
        "errors": dict(cell.errors),
        "flow": milliseconds(cell.flows),
        "steps": {name: milliseconds(laps) for name, laps in cell.steps.items()},
    }


def middle(values: Iterable[float]) -> float:
    """Return the median of the known values."""
    known = [value for value in values if not math.isnan(value)]
    return median(known) if known else math.nan


def summary(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """One row for each server, scenario and number of users, in the order they were first measured."""
    rows: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for cell in cells:
        rows.setdefault((cell.server, cell.scenario, cell.concurrency), []).append(figures(cell))
    return [combined(repeats) for repeats in rows.values()]


def combined(repeats: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians; errors are added up."""
    row = {name: repeats[0][name] for name in ("server", "scenario", "concurrency")}
    row |= {name: middle(one[name] for one in repeats) for name in (*COLUMNS, "driver_share")}
    row["errors"] = dict(sum((Counter(one["errors"]) for one in repeats), Counter()))
    row["steps"] = {
        step: {rank: middle(one["steps"].get(step, {}).get(rank, math.nan) for one in repeats) for rank in ranks}
        for step, ranks in repeats[0]["steps"].items()
    }
    return row


def ratios(cells: Iterable[Cell]) -> dict[int, list[float]]:
    """CPU per code flow over the floor's, by number of users; one value for each repeat that measured both."""
    costs: dict[str, dict[int, list[float]]] = {"oidc_op": {}, "floor": {}}
    for one in (figures(cell) for cell in cells if cell.scenario == "code"):
        costs.setdefault(one["server"], {}).setdefault(one["concurrency"], []).append(one["cpu_ms_per_flow"])
    pairs = {users: zip(ours, costs["floor"].get(users, ()), strict=False) for users, ours in costs["oidc_op"].items()}
    found = {users: [ours / floor for ours, floor in each if not math.isnan(ours + floor)] for users, each in pairs.items()}
    return {users: values for users, values in found.items() if values}


def shown(value: float, digits: int) -> str:
    """A number, or a dash."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    numbers = (shown(row[name], digits) for name, digits in zip(COLUMNS, (1, 2, 1, 0, 2), strict=True))
    rate, cpu, rss, written, commits = numbers
    steps = " ".join(f"{name} {shown(of['p50_ms'], 1)}/{shown(of['p99_ms'], 1)}" for name, of in row["steps"].items())
    bound = " (driver-bound)" if row["driver_share"] > DRIVER_BOUND else ""
    return (
        f"{row['server']:<9}{row['scenario']:<11}{row['concurrency']:>5}{rate:>9}{cpu:>8}{rss:>9}{written:>8}"
        f"{commits:>9}{sum(row['errors'].values()):>8}  {steps}{bound}"
    )


def table(cells: Sequence[Cell]) -> Iterable[str]:
    """The lines of the report."""
    rows = summary(cells)
    yield f"{HEAD}  ms, p50/p99 of each step"
    for _, group in groupby(rows, key=lambda row: row["scenario"]):
        yield from map(line, group)
    for row in rows:
        for what, times in row["errors"].items():
            yield f"! {row['server']} {row['scenario']}, concurrency {row['concurrency']}: {times} times {what}"
    for users, values in ratios(cells).items():
        each = " ".join(f"{value:.2f}" for value in values)
        yield f"CPU per code flow over the floor's, concurrency {users}: {median(values):.2f} (repeats: {each})"


def plain(value: Any) -> Any:
    """Return the value for JSON, which has no NaN."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def as_json(cells: Sequence[Cell]) -> dict[str, Any]:
    """Return all measurements and the rows of the table."""
    cells = list(cells)
    everything = {"summary": summary(cells), "ratio_to_floor": ratios(cells), "cells": [figures(one) for one in cells]}
    return dict(plain(everything))

"""``python -m benchmarks``: serve the provider, load it, print a table."""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import report
from .accounts import USERS
from .driver import OVERTIME, Cell, measure
from .relying_party import RelyingParty
from .scenarios import SCENARIOS, User
from .server import Server, ServingError, served
from .wire import UnexpectedError

new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with suppress(ImportError):
    from uvloop import new_event_loop


def scenario_names(text: str) -> list[str]:
    """Return the scenarios of a comma-separated list."""
    names = text.split(",")
    if unknown := set(names) - SCENARIOS.keys():
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(SCENARIOS)}")
    return names


def user_counts(text: str) -> list[int]:
    """Return the numbers of a comma-separated list."""
    try:
        counts = [int(part) for part in text.split(",")]
    except ValueError:
        counts = [0]
    if not all(1 <= count <= USERS for count in counts):
        raise argparse.ArgumentTypeError(f"{text}: numbers from 1 to {USERS}, with commas between them")
    return counts


def within(kind: Callable[[str], Any], least: float, most: float) -> Callable[[str], Any]:
    """Return a parser for numbers between two bounds."""

    def parse(text: str) -> Any:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text}: from {least} to {most}")
        return value

    parse.__name__ = "number"
    return parse


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed arguments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the provider as it is served.")
    add = parser.add_argument
    add("--scenario", type=scenario_names, default=list(SCENARIOS), metavar="NAMES", help=", ".join(SCENARIOS))
    add("--concurrency", type=user_counts, default=[1, 8], metavar="NUMBERS", help="virtual users (default 1,8)")
    add("--seconds", type=within(float, 0.1, 600), default=5.0, help="how long each cell is measured (default 5)")
    add("--repeat", type=within(int, 1, 100), default=3, help="medians over so many repeats (default 3)")
    add("--json", type=Path, metavar="FILE", help="also write every figure to FILE")
    add("--threads", type=within(int, 1, 64), default=4, help="waitress threads (default 4)")
    add("--store", default="", metavar="URL", help="SQLAlchemy's URL of a database (default: files of ZODB's)")
    add("--pin", action="store_true", help="server on one core, driver on another")
    add("--sealed-code", action="store_true", help="measure the provider with sealed codes in turn with it")
    add("--compare-with-floor", action="store_true", help="measure benchmarks/floor.py in turn with it")
    return parser.parse_args(argv)


def two_cores() -> tuple[int | None, int | None]:
    """Return one core for the server and one for the driver, if there are two."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        print("--pin: fewer than two cores to choose from, nothing is pinned", file=sys.stderr)
        return None, None
    return cores[0], cores[1]


def plan(args: argparse.Namespace, servers: list[Server]) -> Iterator[tuple[Server, str, int]]:
    """Yield the cells in order: repeats outermost and servers alternating, so that slow changes of the machine cancel out."""
    for repeat in range(args.repeat):
        for scenario in args.scenario:
            for count in args.concurrency:
                rivals = servers if scenario == "code" else servers[:1]
                for server in rivals[:: -1 if repeat % 2 else 1]:
                    yield server, scenario, count


class Bench:
    """The virtual users of each server, and the measured cells."""

    def __init__(self, run: Callable[[Coroutine[Any, Any, Any]], Any], args: argparse.Namespace) -> None:
        self.run, self.args = run, args
        self.cells: list[Cell] = []
        self._users: dict[str, list[User]] = {}

    def users(self, server: Server, count: int) -> list[User]:
        """Return virtual users; they stay signed in between cells."""
        if server.name not in self._users:
            rp = self.run(asyncio.wait_for(RelyingParty.configure(server.issuer), OVERTIME))
            self._users[server.name] = [User(rp, number) for number in range(USERS)]
        return self._users[server.name][:count]

    def fill(self, server: Server, name: str, count: int) -> None:
        """Measure one cell."""
        cell = Cell(server.name, name, count)
        users = self.users(server, count)
        self.run(measure(users, SCENARIOS[name], cell, self.args.seconds, server.meter))
        self.cells.append(cell)
        result = f"{len(cell.flows)} flows, {cell.errors.total()} errors"
        print(f"{server.name} {name}, concurrency {count}: {result}", file=sys.stderr, flush=True)


def setting() -> dict[str, Any]:
    """Return the machine and the versions of the measurement."""
    packages = ("pyramid", "ZODB", "waitress", "joserfc", "cryptography")
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "packages": {name: version(name) for name in packages},
    }


def main(argv: list[str] | None = None) -> int:
    """Measure and report; return 1 if there was an error."""
    args = arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the blocks that stop the servers
    server_core, driver_core = two_cores() if args.pin else (None, None)
    if driver_core is not None:
        os.sched_setaffinity(0, {driver_core})
    names = ["oidc_op", *["sealed"] * args.sealed_code, *["floor"] * args.compare_with_floor]
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner(loop_factory=new_event_loop))
        bench = Bench(runner.run, args)
        try:
            servers = [stack.enter_context(served(name, args.threads, server_core, args.store)) for name in names]
            cells = list(plan(args, servers))
            print(f"{len(cells)} cells, {args.seconds:g} seconds each and some to prepare", file=sys.stderr)
            for server, scenario, count in cells:
                bench.fill(server, scenario, count)
        except (ServingError, UnexpectedError) as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
    print(*report.table(bench.cells), sep="\n")
    if args.json:
        args.json.write_text(json.dumps(setting() | report.as_json(bench.cells), indent=1) + "\n")
    return int(any(cell.errors or not cell.flows for cell in bench.cells))


if __name__ == "__main__":
    sys.exit(main())

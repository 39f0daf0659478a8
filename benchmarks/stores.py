"""``python -m benchmarks.stores``: the cost of a code flow on each store, with one process and two, and with many grants."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from . import backends, filled, report
from .driver import Cell, measure
from .meter import Meter, Together
from .relying_party import RelyingParty
from .scenarios import SCENARIOS, User
from .server import REST, free_port, prepare_provider, running

new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with suppress(ImportError):
    from uvloop import new_event_loop

APP = """\
[app:main]
use = egg:oidc_op
oidc.issuer = http://127.0.0.1:{port}
oidc.secret_file = %(here)s/oidc_secret
oidc.sign_in_throttle = false
{settings}
"""
HEAD = f"{'store':<14}{'processes':>10}{'grants':>10}{'flows/s':>9}{'CPU ms':>8}{'RSS MiB':>9}{'bytes':>8}{'errors':>8}"


class Case(NamedTuple):
    """One row of the table, measured in a store with ``grants`` grants."""

    store: str
    processes: int = 1
    grants: int = 1000

    @property
    def name(self) -> str:
        return f"{self.store} x {self.processes}, {self.grants} grants"


#: One row for each store, then what becomes of two of them as they grow.
CASES = [Case("FileStorage"), Case("sealed code"), Case("ZEO"), Case("ZEO", 2), Case("PostgreSQL"), Case("PostgreSQL", 2)]
GROWING = ("FileStorage", "PostgreSQL")


@contextmanager
def served(case: Case, threads: int) -> Iterator[tuple[list[str], Together]]:
    """The issuers of a case, each a process of its own on one store, and what reads them all."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        backend = stack.enter_context(backends.BACKENDS[case.store](folder))
        ports = [free_port() for _ in range(case.processes)]
        inis = [folder / f"bench{port}.ini" for port in ports]
        lines = "\n".join(f"{key} = {value}" for key, value in backend.settings.items())
        for ini, port in zip(inis, ports, strict=True):
            ini.write_text(APP.format(port=port, settings=lines) + REST.format(threads=threads).replace("%(port)s", str(port)))
        prepare_provider(folder, inis[0])
        filled.fill(inis[0], case.grants)
        pids = [stack.enter_context(running(folder, ini, port, None)) for ini, port in zip(inis, ports, strict=True)]
        meters = [Meter(pid, backend.folder) for pid in pids]
        yield [f"http://127.0.0.1:{port}" for port in ports], Together(meters, backend.written)


def measured(run: Callable[..., Any], case: Case, args: argparse.Namespace) -> list[Cell]:
    """The case's repeats; its users are divided among its processes."""
    cells = []
    with served(case, args.threads) as (issuers, meter):
        rps = [run(RelyingParty.configure(issuer)) for issuer in issuers]
        users = [User(rps[number % len(rps)], number) for number in range(args.concurrency)]
        for _ in range(args.repeat):
            cells.append(Cell(case.name, "code", args.concurrency))
            run(measure(users, SCENARIOS["code"], cells[-1], args.seconds, meter))
    return cells


def line(case: Case, cells: Sequence[Cell]) -> str:
    """A row of the table: medians, and the errors of all repeats."""
    (row,) = report.summary(cells)
    names = (("flows_per_second", 1, 9), ("cpu_ms_per_flow", 2, 8), ("rss_mib", 0, 9), ("bytes_per_flow", 0, 8))
    numbers = "".join(f"{report.shown(row[name], digits):>{width}}" for name, digits, width in names)
    return f"{case.store:<14}{case.processes:>10}{case.grants:>10}{numbers}{sum(row['errors'].values()):>8}"


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed arguments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description="Measure the provider on each store.")
    add = parser.add_argument
    add(
        "--grants", default="1000,100000,1000000", metavar="NUMBERS", help="live grants that are there before (default 1000,100000,1000000)"
    )
    add("--only", default="", metavar="STORES", help=f"of {', '.join(backends.BACKENDS)}, with commas between them")
    add("--concurrency", type=int, default=8, help="virtual users (default 8)")
    add("--seconds", type=float, default=5.0, help="how long each repeat is measured (default 5)")
    add("--repeat", type=int, default=3, help="medians over so many repeats (default 3)")
    add("--threads", type=int, default=4, help="waitress threads of each process (default 4)")
    return parser.parse_args(argv)


def cases(args: argparse.Namespace) -> list[Case]:
    """Return the rows that the arguments select."""
    first, *more = map(int, args.grants.split(","))
    every = [case._replace(grants=first) for case in CASES] + [Case(store, 1, grants) for grants in more for store in GROWING]
    return [case for case in every if not args.only or case.store in args.only.split(",")]


def main(argv: list[str] | None = None) -> int:
    """Measure each case and print its row; return 1 if there was an error."""
    args, failed = arguments(argv), False
    print(HEAD, flush=True)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        for case in cases(args):
            cells = measured(runner.run, case, args)
            print(line(case, cells), flush=True)
            for what, times in report.summary(cells)[0]["errors"].items():
                print(f"! {case.name}: {times} times {what}")
            failed = failed or any(cell.errors or not cell.flows for cell in cells)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

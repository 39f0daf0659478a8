"""A closed loop of virtual users: each begins a flow when its previous one has ended."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from .meter import Metered, Use
from .scenarios import Scenario, User
from .wire import UnexpectedError

OVERTIME = 30.0  # seconds that the users of a cell may take beyond the time of the cell


@dataclass
class Cell:
    """One scenario under one number of users, measured once."""

    server: str
    scenario: str
    concurrency: int
    seconds: float = 0.0
    driver_cpu: float = 0.0
    use: Use | None = None
    flows: list[float] = field(default_factory=list)
    steps: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)


async def attempt(user: User, scenario: Scenario, cell: Cell) -> None:
    """One flow; it counts only if every answer was as expected."""
    user.laps.clear()
    start = time.perf_counter()
    try:
        if not user.ready:
            await scenario.prepare(user)
            user.ready = True
            return
        await scenario.flow(user)
    except UnexpectedError as error:
        user.ready = False
        cell.errors[str(error)] += 1
        await asyncio.sleep(0.05)
        return
    cell.flows.append(time.perf_counter() - start)
    for name, lap in user.laps:
        cell.steps[name].append(lap)


async def loop_until(end: float, user: User, scenario: Scenario, cell: Cell) -> None:
    """Run one flow after another; the last one finishes, so that the bytes written belong to whole flows."""
    while time.perf_counter() < end:
        await attempt(user, scenario, cell)


async def run(users: Sequence[User], scenario: Scenario, seconds: float, cell: Cell) -> None:
    """Run all users at once, for a number of seconds."""
    end = time.perf_counter() + seconds
    loops = asyncio.gather(*(loop_until(end, user, scenario, cell) for user in users))
    await asyncio.wait_for(loops, seconds + OVERTIME)


async def measure(users: Sequence[User], scenario: Scenario, cell: Cell, seconds: float, meter: Metered) -> None:
    """Prepare, warm up, then fill the cell."""
    try:
        for user in users:
            await asyncio.wait_for(scenario.prepare(user), OVERTIME)
            user.ready = True
        await run(users, scenario, min(1.0, seconds / 4), Cell("", "", 0))
        before, cpu, start = meter.read(), time.process_time(), time.perf_counter()
        await run(users, scenario, seconds, cell)
        cell.seconds, cell.driver_cpu = time.perf_counter() - start, time.process_time() - cpu
        cell.use = meter.read().since(before)
    except UnexpectedError as error:
        cell.errors[str(error)] += 1
    except TimeoutError:
        cell.errors[f"no answer within {OVERTIME:.0f} s"] += 1
    finally:
        for user in users:
            user.agent.close()

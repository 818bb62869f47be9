"""Does a search in its worker process delay the daemon? Lag of the event loop with and without.

The real optimiser, worker process and fast engine; in this process a loop as busy as the daemon's
in demo mode: the whole demo system, at its usual speed, with a probe beside it.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure, milliseconds, percentile
from trader import app
from trader.bridge.client import Client
from trader.shell.options import Options
from trader.shell.tuning import read_or_refuse
from trader.strategies.catalogue import discover
from trader.venues.faults import NoFaults

SECONDS = 12.0
PROBE_EVERY = 0.005
SETTINGS = "OPTIMIZER=no\nVENUES=upbit\nTIMEFRAME=15m\n"


@dataclass(slots=True)
class Seen:
    """Lags in seconds, and whether a search was under way each time the status was looked at."""

    lags: list[float] = field(default_factory=list)
    searching: list[bool] = field(default_factory=list)


def figures() -> list[Figure]:
    """Event loop lag p50, p99 and greatest, with a search under way and without."""
    return [figure for search in (False, True) for figure in _figures(search=search)]


def _figures(*, search: bool) -> list[Figure]:
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder, ExitStack() as stack:
        asyncio.run(_measured(Path(folder), stack, seen, search=search))
    if search and not all(seen.searching):
        raise RuntimeError("the search was over before the measurement was")
    what = f"daemon, {SECONDS:g} s {'while a grid search runs' if search else 'without a search'}"
    bar = "p99 < 100 ms"
    return [
        Figure(f"{what}: event loop lag, p50", milliseconds(percentile(seen.lags, 0.5))),
        Figure(f"{what}: event loop lag, p99", milliseconds(percentile(seen.lags, 0.99)), bar),
        Figure(f"{what}: event loop lag, greatest", milliseconds(max(seen.lags))),
    ]


async def _measured(folder: Path, stack: ExitStack, seen: Seen, *, search: bool) -> None:
    (folder / ".env").write_text(SETTINGS, encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    options = Options(env_file=folder / ".env", data_dir=data, log_dir=folder, quiet=True)
    catalogue = discover()
    source = app.source_of(options, catalogue)
    start = read_or_refuse(source, must_exist=True)
    system = app.demo(options, source, start, catalogue, stack, NoFaults())
    async with asyncio.TaskGroup() as group:
        group.create_task(system.serve(SECONDS + 6.0))
        await asyncio.sleep(2.0)
        if search:
            Client(data).drop("optimize", {}, "benchmark")
            await asyncio.sleep(2.0)
        await _probed(Client(data), seen)


async def _probed(client: Client, seen: Seen) -> None:
    """How much later than asked for the event loop comes back."""
    until = perf_counter() + SECONDS
    while perf_counter() < until:
        for _ in range(200):
            begin = perf_counter()
            await asyncio.sleep(PROBE_EVERY)
            seen.lags.append(perf_counter() - begin - PROBE_EVERY)
        status = client.status().value
        seen.searching.append(bool(status and status.optimiser and status.optimiser.running))

"""`python -m benchmarks.latency.ours FOLDER`: the real daemon under a stop-watch, until a signal.

Everything is the daemon's own but three things: candles of the past are invented, not asked for
page by page; a strategy waits one per cent above the last close; and no order waits for limits.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.latency.stopwatch import Stopwatch
from config import logging as logs
from config.redaction import Redactor
from trader import app
from trader.domain.candles import Candle
from trader.domain.events import Event
from trader.domain.outcome import Outcome
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.shell import real_accounts
from trader.shell.options import Options
from trader.shell.system import System
from trader.shell.tuning import read_or_refuse
from trader.storage.journal import SqlJournal
from trader.strategies.base import Raw, Strategy
from trader.strategies.catalogue import Catalogue
from trader.strategies.chart import Chart
from trader.venues.real.limits import LIMITS, Limits
from trader.venues.real.public import PublicVenue

PRICES = {"upbit": 4_000.0, "binance_spot": 100.0, "binance_futures": 100.0}
VOLUME = 1e6


class Touch(Strategy):
    """In when a price touches one per cent above the close; out by its stop."""

    name = "touch"
    warmup = 30

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Always armed."""
        del parameters
        always, never = np.ones(len(chart), dtype=bool), np.zeros(len(chart), dtype=bool)
        nowhere = np.full(len(chart), np.nan)
        return Raw(always, never, never, never, chart.close * 1.01, nowhere)


async def _flat(
    self: PublicVenue, key: str, length: Millis, until: Millis, rows: int
) -> tuple[Candle, ...]:
    """A past in which every candle is the same."""
    del self
    price = PRICES[key.partition(":")[0]]
    last = (until - 1) // length * length
    shape = (price, price * 1.001, price * 0.999, price, VOLUME, VOLUME * price)
    return tuple(Candle(key, last - n * length, *shape) for n in reversed(range(rows)))


def _wide(limits: Limits) -> Limits:
    """A hundred times as wide: how long a budget makes an order wait is another question."""
    wider = tuple(replace(limit, most=100 * limit.most) for limit in limits.limits)
    return replace(limits, limits=wider, remaining="")


def _timed(watch: Stopwatch) -> Callable[[SqlJournal, Event, Outcome], None]:
    """The journal's own `record`, looked at where an order waits for it."""
    record = SqlJournal.record

    def timed(journal: SqlJournal, event: Event, outcome: Outcome) -> None:
        begin = perf_counter()
        record(journal, event, outcome)
        if any(order.is_entry for order in outcome.submit):
            watch.commits.append((begin, perf_counter() - begin))

    return timed


def main(folder: Path) -> None:
    """One life; what was measured is in `measured.json` afterwards."""
    PublicVenue.candles = _flat  # type: ignore[method-assign]
    vars(real_accounts)["LIMITS"] = {venue: _wide(limits) for venue, limits in LIMITS.items()}
    watch = Stopwatch()
    watch.start()
    SqlJournal.record = _timed(watch)  # type: ignore[assignment,method-assign]
    options = Options(
        folder / ".env", data_dir=folder / "data", log_dir=folder / "logs", quiet=True
    )
    catalogue = Catalogue({"touch": Touch()})
    source = app.source_of(options, catalogue)
    start = read_or_refuse(source, must_exist=True)
    options.data_dir.mkdir()
    with ExitStack() as stack:
        redactor = Redactor(start[1].secrets.values())
        plan = logs.LogPlan(options.log_dir, start[1].system.log_level, redactor, None)
        stack.callback(logs.start(plan).close)
        system = app.real(options, source, start, catalogue, stack)
        asyncio.run(_served(system, watch))
    watch.write(folder / "measured.json")


async def _served(system: System, watch: Stopwatch) -> None:
    probe = asyncio.create_task(watch.run())
    try:
        await system.serve(None)
    finally:
        probe.cancel()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What `run_backtest.py --json` does, with the strategy of the comparison.

Arguments, settings and candles go the way of every backtest; only then is the strategy, which is
not in the catalogue, put into the plan. The first word says which way it is run:
`live` and `fast` come to a whole result, `trial` to the figures that a sweep compares,
`workers` are two processes that share a sweep.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.common_strategy import CATALOGUE, PARAMETERS, varied
from benchmarks.peers.theirs.stopwatch import (
    GRID,
    TARGET,
    TARGETS,
    WIDTH,
    WIDTHS,
    Came,
    Contestant,
    Told,
    main,
)
from trader.backtest.plan import BacktestPlan, BacktestResult

if TYPE_CHECKING:
    from trader.backtest.fast import Brief, Prepared
    from trader.backtest.sweep.grid import Grid

WORKERS = 2
STARTING = 3.0  # seconds within which all workers are up
Asked = tuple[BacktestPlan, BacktestResult]
Tried = tuple["Prepared", BacktestPlan, "Brief"]


def load(file: str) -> BacktestPlan:
    """The plan of a candle file."""
    from trader.backtest.arguments import parsed
    from trader.backtest.planning import planned

    words = ["--data", file, "--strategy", "bb_breakout", "--json"]
    return replace(planned(parsed(words)).plan, parameters=PARAMETERS)


def live(plan: BacktestPlan, width: float, target: float) -> Asked:
    """By the live engine on a virtual clock."""
    from trader.backtest.run import run

    asked = replace(plan, parameters=varied(width, target))
    return asked, run(asked, catalogue=CATALOGUE)


def fast(plan: BacktestPlan, width: float, target: float) -> Asked:
    """By the compiled engine, all of it anew: indicators, trades, equity, reasons."""
    from trader.backtest.fast import run

    asked = replace(plan, parameters=varied(width, target))
    return asked, run(asked, catalogue=CATALOGUE)


def trial(plan: BacktestPlan, width: float, target: float) -> Tried:
    """The same, indicators anew, without a row a candle: metrics, profit and time of each trade."""
    from trader.backtest.fast import Prepared

    asked = replace(plan, parameters=varied(width, target))
    prepared = Prepared(asked, CATALOGUE)
    return prepared, asked, prepared.brief(asked.parameters)


def told(answer: Asked) -> Told:
    """Prints `result.json`; trades by the rows of their candles."""
    from trader.backtest import results

    plan, result = answer
    sys.stdout.write(results.as_json(results.summary(plan, result)))
    return _told(plan, result, float(result.equity[-1]))


def told_of_trial(answer: Tried) -> Told:
    """Its own figures; the trades' prices, which it does not list, by the same candles."""
    prepared, plan, brief = answer
    whole = prepared.result(plan.parameters)
    return _told(plan, whole, plan.capital + float(brief.pnl.sum()))


def _told(plan: BacktestPlan, result: BacktestResult, equity: float) -> Told:
    time = plan.series[0].candles.time
    closed = sorted(result.trades, key=lambda trade: trade.entry_time)
    entries = np.searchsorted(time, [trade.entry_time for trade in closed]).tolist()
    exits = np.searchsorted(time, [trade.exit_time for trade in closed]).tolist()
    prices = [(float(trade.entry_price), float(trade.exit_price)) for trade in closed]
    rows = zip(entries, exits, prices, strict=True)
    return Told([(i, j, *pair) for i, j, pair in rows], equity)


def sweep(plan: BacktestPlan) -> Iterator[Came]:
    """One process, one combination after the other; making ready is part of it."""
    from trader.backtest.fast import Prepared

    prepared = Prepared(plan, CATALOGUE)
    for width, target in GRID:
        brief = prepared.brief(varied(width, target))
        yield len(brief.pnl), plan.capital + float(brief.pnl.sum())


def shared(plan: BacktestPlan) -> Iterator[Came]:
    """The workers of `run_backtest.py sweep`, started before the first is asked, ended after."""
    from trader.backtest.sweep.crews import pool
    from trader.backtest.sweep.work import Work

    work = Work(plan, _grid(), "fast", "sharpe", CATALOGUE)
    with ExitStack() as doors:
        crew = doors.enter_context(pool(work, WORKERS))
        until = perf_counter() + STARTING
        while perf_counter() < until:  # else the one that is up first does all of it
            for future in [crew.submit((len(GRID),)) for _ in range(2 * WORKERS)]:
                future.result()
        atexit.register(doors.pop_all().close)
        return _from(crew)


def _grid() -> Grid:
    """The combinations in the order of `GRID`; those of one more width to warm up with."""
    from trader.backtest.sweep.axes import Axis
    from trader.backtest.sweep.grid import grid_of

    def axis(attribute: str, values: Sequence[float]) -> Axis:
        return Axis(attribute, attribute, tuple(values), tuple(map(repr, values)))

    axes = [axis("common.deviations", (*WIDTHS, 9.0)), axis("take_profit_percent", TARGETS)]
    return grid_of(axes, [varied(WIDTH, TARGET)])


def _from(crew: Any) -> Iterator[Came]:
    """A width is a chunk: its combinations share their signals."""
    step = len(TARGETS)
    futures = [crew.submit(tuple(range(n, n + step))) for n in range(0, len(GRID), step)]
    for future in futures:
        for row in future.result().rows:
            yield int(row.metrics["trades"]), float(row.metrics["final_equity"])


CONTESTANTS: dict[str, Any] = {
    "live": Contestant(load, live, told),
    "fast": Contestant(load, fast, told),
    "trial": Contestant(load, trial, told_of_trial, sweep),
    "workers": Contestant(load, trial, told_of_trial, shared),
}

if __name__ == "__main__":
    sys.exit(main(CONTESTANTS[sys.argv[1]], sys.argv[2:]))

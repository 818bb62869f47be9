"""What `run_backtest.py --json` does, with the strategy of the comparison; `live` or `fast`.

Arguments, settings and candles go the way of every backtest; only then is the strategy, which is
not in the catalogue, put into the plan.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.common_strategy import CATALOGUE, PARAMETERS, varied
from benchmarks.peers.theirs.stopwatch import GRID, Came, Contestant, Told, main
from trader.backtest.plan import BacktestPlan, BacktestResult


def load(file: str) -> BacktestPlan:
    """The plan of a candle file."""
    from trader.backtest.arguments import parsed
    from trader.backtest.planning import planned

    words = ["--data", file, "--strategy", "bb_breakout", "--json"]
    return replace(planned(parsed(words)).plan, parameters=PARAMETERS)


def live(plan: BacktestPlan, width: float, target: float) -> tuple[BacktestPlan, BacktestResult]:
    """By the live engine on a virtual clock."""
    from trader.backtest.run import run

    asked = replace(plan, parameters=varied(width, target))
    return asked, run(asked, catalogue=CATALOGUE)


def fast(plan: BacktestPlan, width: float, target: float) -> tuple[BacktestPlan, BacktestResult]:
    """By the compiled engine; candles made ready, indicators, trades, equity, all of it anew."""
    from trader.backtest.fast import run

    asked = replace(plan, parameters=varied(width, target))
    return asked, run(asked, catalogue=CATALOGUE)


def told(answer: tuple[BacktestPlan, BacktestResult]) -> Told:
    """Prints `result.json`; trades by the rows of their candles."""
    from trader.backtest import results

    plan, result = answer
    sys.stdout.write(results.as_json(results.summary(plan, result)))
    time = plan.series[0].candles.time
    closed = sorted(result.trades, key=lambda trade: trade.entry_time)
    entries = np.searchsorted(time, [trade.entry_time for trade in closed]).tolist()
    exits = np.searchsorted(time, [trade.exit_time for trade in closed]).tolist()
    prices = [(float(trade.entry_price), float(trade.exit_price)) for trade in closed]
    rows = zip(entries, exits, prices, strict=True)
    return Told([(i, j, *pair) for i, j, pair in rows], float(result.equity[-1]))


def sweep(plan: BacktestPlan) -> Iterator[Came]:
    """One process, one combination after the other."""
    from trader.backtest.fast import Prepared

    prepared = Prepared(plan, CATALOGUE)
    for width, target in GRID:
        brief = prepared.brief(varied(width, target))
        yield len(brief.pnl), plan.capital + float(brief.pnl.sum())


CONTESTANTS: dict[str, Any] = {
    "live": Contestant(load, live, told),
    "fast": Contestant(load, fast, told, sweep),
}

if __name__ == "__main__":
    sys.exit(main(CONTESTANTS[sys.argv[1]], sys.argv[2:]))

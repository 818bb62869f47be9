"""One backtest of many on the same candles: what it came to, and the whole of it for the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.metrics import Metrics, daily_returns, metrics_of
from trader.backtest.objectives import Outcome
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.run import run
from trader.domain.parameters import Parameters
from trader.strategies.catalogue import Catalogue, discover

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

FAST = "fast"
Measure = Callable[[Parameters], Outcome]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run came to, in the shape in which objectives read it."""

    metrics: Metrics
    exit_time: Ints
    pnl: Floats
    returns: Floats
    daily: Floats


def measured(plan: BacktestPlan, engine: str, catalogue: Catalogue | None) -> Measure:
    """What measures parameters on the candles of a plan; made once, called often.

    `engine`: fast, or live, which takes a thousand times as long.
    """
    known = catalogue or discover()
    if engine == FAST:
        from trader.backtest.fast import Prepared

        return Prepared(plan, known).brief

    def measure(parameters: Parameters) -> Outcome:
        return trial_of(replace(plan, parameters=parameters), known)

    return measure


def whole(plan: BacktestPlan, engine: str, catalogue: Catalogue | None) -> BacktestResult:
    """The same run with everything that a report shows."""
    if engine == FAST:
        from trader.backtest.fast import run as run_fast

        return run_fast(plan, catalogue=catalogue)
    return run(plan, catalogue=catalogue)


def compile_once(plan: BacktestPlan, engine: str, catalogue: Catalogue | None) -> None:
    """Before workers start: else each of them would compile the fast engine for itself."""
    from importlib import import_module

    from trader.backtest.fast.compiling import MODULES, cache_folder

    if engine == FAST and not cache_folder([*map(import_module, MODULES)]).exists():
        measured(plan, engine, catalogue)(plan.parameters)


def trial_of(plan: BacktestPlan, catalogue: Catalogue) -> Trial:
    """Run the live engine and sum up. Trades in exit order."""
    result = run(plan, catalogue=catalogue)
    trades = result.in_exit_order()
    pnl = [float(trade.pnl) for trade in trades]
    spent = [float(trade.entry_price * trade.quantity) for trade in trades]
    return Trial(
        metrics=metrics_of(plan, result),
        exit_time=np.array([trade.exit_time for trade in trades], dtype=np.int64),
        pnl=np.array(pnl, dtype=np.float64),
        returns=np.array(pnl, dtype=np.float64) / np.array(spent, dtype=np.float64),
        daily=daily_returns(result.time, result.equity, plan.capital),
    )


def columns_of(plan: BacktestPlan) -> tuple[str, ...]:
    """Names of the metrics in the order in which `grid.csv` has them."""
    nothing = BacktestResult((), np.empty(0, np.int64), np.empty(0), np.empty(0), 0, {}, 0, 0.0)
    return tuple(metrics_of(plan, nothing))

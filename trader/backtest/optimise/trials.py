"""Candles made ready for many trials: the one place that knows which engine tries them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.metrics import Metrics, daily_returns, metrics_of
from trader.backtest.plan import BacktestPlan, Series
from trader.backtest.run import run
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.indicators.longer import rows_of
from trader.strategies.catalogue import Catalogue, discover

if TYPE_CHECKING:
    from trader.backtest.honesty.walk_forward import Market
    from trader.domain.candles import Floats, Ints


def prepared(plan: BacktestPlan, catalogue: Catalogue | None = None) -> Market[Parameters]:
    """The plan's candles, ready for trials."""
    return _Slow(plan, catalogue or discover())


@dataclass(frozen=True, slots=True)
class _Brief:
    metrics: Metrics
    exit_time: Ints
    pnl: Floats
    returns: Floats
    daily: Floats


@dataclass(frozen=True, slots=True)
class _Slow:
    """Stand-in on the live engine until the fast one is here."""

    plan: BacktestPlan
    catalogue: Catalogue

    def between(self, start: Millis, end: Millis) -> _Slow:
        series = tuple(filter(None, (_cut(one, start, end) for one in self.plan.series)))
        return replace(self, plan=replace(self.plan, series=series))

    def brief(self, parameters: Parameters, /) -> _Brief:
        plan = replace(self.plan, parameters=parameters)
        result = run(plan, None, self.catalogue)
        trades = result.in_exit_order()
        pnl = np.array([float(trade.pnl) for trade in trades])
        worth = np.array([float(trade.entry_price * trade.quantity) for trade in trades])
        return _Brief(
            metrics_of(plan, result),
            np.array([trade.exit_time for trade in trades], dtype=np.int64),
            pnl,
            pnl / worth,
            daily_returns(result.time, result.equity, plan.capital),
        )


def _cut(series: Series, start: Millis, end: Millis) -> Series | None:
    first, last = np.searchsorted(series.candles.time, (start, end))
    if first >= last:
        return None
    candles: Candles = rows_of(series.candles, slice(None, int(last)))
    return replace(series, candles=candles, start_index=int(first))

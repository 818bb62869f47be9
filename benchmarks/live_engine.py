"""The common strategy over a year of minutes through the live engine, journal in memory."""

from __future__ import annotations

from benchmarks.bars import YEAR, year_of_minutes
from benchmarks.common_strategy import CATALOGUE, PARAMETERS
from benchmarks.figure import Figure, best_of
from trader.backtest.plan import BacktestPlan, Series, Source
from trader.backtest.run import run

OTHERS = "backtesting.py 2.9 s, jesse 9.7 s, nautilus 10.8 s, freqtrade 21.5 s (specification 7.1)"


def figures() -> list[Figure]:
    """Time of one backtest, indicators included, reading the file not included."""
    plan, where = plan_of_the_year()
    trades: list[int] = []

    def once() -> None:
        trades.append(len(run(plan, catalogue=CATALOGUE).trades))

    seconds = best_of(2, once)
    work = f"live engine, {YEAR:,} one-minute candles, {where}, {trades[0]:,} trades"
    result = f"{seconds:.2f} s ({YEAR / seconds:,.0f} candles/s)"
    return [Figure(work, result, "<= 5 s", OTHERS)]


def plan_of_the_year() -> tuple[BacktestPlan, str]:
    """The plan of the comparison, and where its candles are from."""
    candles, where = year_of_minutes()
    first, last = int(candles.time[0]), int(candles.time[-1])
    source = Source(where, "1m", len(candles), len(candles), 0, first, last)
    series = Series("binance_spot:BTC/USDT", candles, source)
    return BacktestPlan((series,), PARAMETERS, "binance_spot", "common"), where

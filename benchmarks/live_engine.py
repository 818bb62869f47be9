"""The common strategy over a year of minutes through the live engine, journal in memory."""

from __future__ import annotations

from benchmarks.bars import YEAR, year_of_minutes
from benchmarks.common_strategy import Common
from benchmarks.figure import Figure, best_of
from trader.backtest.plan import BacktestPlan, Series, Source
from trader.backtest.run import run
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import Timeframe
from trader.strategies.catalogue import Catalogue

OTHERS = "backtesting.py 2.9 s, jesse 9.7 s, nautilus 10.8 s, freqtrade 21.5 s (specification 7.1)"

# All in, no limits, no filters: page 7.1 says nothing of them. The cooldown of 0 candles still
# leaves the exit's own candle out (3.8, convention 4), as the comparison does.
PARAMETERS = Parameters(
    strategies=(StrategyShare("common"),),
    timeframe=Timeframe.parse("1m"),
    take_profit_percent=0.03,
    stop_loss_percent=0.015,
    trailing_stop_percent=0.01,
    emergency_stop_percent=0.0,
    fee=0.0005,
    slippage_bps=0.0,
    sizing="fixed_fraction",
    position_fraction=1.0,
    max_position_size=0.0,
    max_turnover_share=0.0,
    min_order=0.0,
    max_daily_loss_pct=0.0,
    max_weekly_loss_pct=0.0,
    max_monthly_loss_pct=0.0,
    max_consecutive_losses=0,
    min_balance_pct=0.0,
    min_atr_pct=0.0,
    cooldown_candles=0,
)


def figures() -> list[Figure]:
    """Time of one backtest, indicators included, reading the file not included."""
    plan, where = _plan()
    catalogue = Catalogue({"common": Common()})
    trades: list[int] = []

    def once() -> None:
        trades.append(len(run(plan, catalogue=catalogue).trades))

    seconds = best_of(2, once)
    work = f"live engine, {YEAR:,} one-minute candles, {where}, {trades[0]:,} trades"
    result = f"{seconds:.2f} s ({YEAR / seconds:,.0f} candles/s)"
    return [Figure(work, result, "<= 5 s", OTHERS)]


def _plan() -> tuple[BacktestPlan, str]:
    candles, where = year_of_minutes()
    first, last = int(candles.time[0]), int(candles.time[-1])
    source = Source(where, "1m", len(candles), len(candles), 0, first, last)
    series = Series("binance_spot:BTC/USDT", candles, source)
    return BacktestPlan((series,), PARAMETERS, "binance_spot", "common"), where

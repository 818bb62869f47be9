"""Markets made for the optimiser: pure noise, and one in which a take profit of 3 % pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.plan import BacktestPlan, Series, Source
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import DAY, HOUR, Timeframe
from trader.feeds.candle_frames import candles_of

if TYPE_CHECKING:
    from trader.domain.candles import Floats

START = 20_000 * DAY
HISTORY = 10 * 24  # hours before the first that is traded
RUNNING = Parameters(
    strategies=(StrategyShare("breakout"),),
    timeframe=Timeframe("1h", HOUR),
    min_atr_pct=0.0,
    adx_min=0.0,
    ema_filter=False,
    adx_falling_filter=False,
    mtf_filter=False,
    sizing="fixed_fraction",
    position_fraction=0.5,
    max_position_size=0.0,
    max_turnover_share=0.0,
    take_profit_percent=0.08,
    initial_capital=10_000.0,
)


def noise(seed: int, days: int = 90, volatility: float = 0.006) -> Candles:
    """Hours of a random walk without drift; `volatility` of an hour."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.0, volatility, days * 24)
    return _candles(random, 100.0 * np.exp(np.cumsum(steps)), volatility)


def rallies(seed: int, days: int = 90) -> Candles:
    """Noise with a rally each day after a quiet night, given back by the evening: of 8 % on nine
    days of ten, else of half of it.

    Who buys the breakout and takes 3 % is mostly paid; who waits for 8 % hardly ever is.
    """
    random = np.random.default_rng(seed)
    height = np.where(random.random(days) < 0.9, 0.08, 0.04)[:, np.newaxis]
    steps = np.zeros((days, 24))
    steps[:, 10:14], steps[:, 15:21] = height / 4, -height / 6
    close = 100.0 * np.exp(np.cumsum(steps.ravel() + random.normal(0.0, 0.0015, days * 24)))
    return _candles(random, close, 0.0015)


def _candles(random: np.random.Generator, close: Floats, spread: float) -> Candles:
    first = np.append(100.0, close[:-1])
    wick = np.abs(random.normal(0.0, spread / 3, (2, len(close))))
    high = np.maximum(first, close) * (1.0 + wick[0])
    low = np.minimum(first, close) * (1.0 - wick[1])
    volume = np.full(len(close), 1e6)
    time = START + np.arange(len(close), dtype=np.int64) * HOUR
    return candles_of(HOUR, (time, first, high, low, close, volume, volume * close))


def plan(candles: Candles, parameters: Parameters = RUNNING, key: str = "X/USDT") -> BacktestPlan:
    """One symbol on Binance spot; the first ten days are history."""
    rows = len(candles)
    source = Source("made", "1h", rows, rows, 0, int(candles.time[0]), int(candles.time[-1]))
    series = Series(f"binance_spot:{key}", candles, source, HISTORY)
    return BacktestPlan((series,), parameters, "binance_spot", "made")

"""Candles to measure with: a year of recorded minutes where there are some, else invented ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from trader.domain.candles import Candles
from trader.domain.time import MINUTE
from trader.indicators.longer import rows_of

YEAR = 525_600
RECORDED = Path(__file__).parents[2] / "shared" / "market" / "binance__BTC-USDT__1m.parquet"
START = 1_704_067_200_000  # 2024-01-01
SWING, SEED = 0.0008, 7


def year_of_minutes() -> tuple[Candles, str]:
    """525,600 one-minute candles and where they are from."""
    if RECORDED.exists():
        return recorded(YEAR), "recorded BTC/USDT"
    return invented(YEAR), f"a random walk, seed {SEED}"


def recorded(rows: int) -> Candles:
    """The first rows of the recorded minutes."""
    from trader.backtest.data import Wanted, find, load

    candles = load(find([RECORDED], None), Wanted()).series[0].candles
    return replace(rows_of(candles, slice(rows)), hours=None)


def invented(rows: int, timeframe: int = MINUTE, seed: int = SEED) -> Candles:
    """A random walk of 0.08 % a candle in which each candle opens at the close before."""
    rng = np.random.default_rng(seed)
    close = 60_000.0 * np.exp(np.cumsum(rng.normal(0.0, SWING, rows)))
    opens = np.append(60_000.0, close[:-1])
    reach = np.abs(rng.normal(0.0, SWING / 2.0, (2, rows)))
    time = START + timeframe * np.arange(rows, dtype=np.int64)
    volume = rng.lognormal(0.0, 1.0, rows)
    return Candles(
        timeframe=timeframe,
        time=time,
        open=opens,
        high=np.maximum(opens, close) * (1.0 + reach[0]),
        low=np.minimum(opens, close) * (1.0 - reach[1]),
        close=close,
        volume=volume,
        turnover=volume * close,
        next_time=time + timeframe,
        next_open=np.append(opens[1:], np.nan),
    )

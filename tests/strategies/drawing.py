"""Candles and charts for pictures: what is not drawn follows from what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trader.domain.candles import Candle, Candles
from trader.domain.time import HOUR, MINUTE, Millis
from trader.indicators.averages import Bands, Macd
from trader.indicators.longer import rows_of
from trader.strategies.chart import Chart

MARKET = Path(__file__).parents[2] / ".." / "shared" / "market"
MONDAY = 1_704_067_200_000  # 2024-01-01 00:00 UTC
TIMEFRAMES = {"1m": MINUTE, "15m": 15 * MINUTE, "1h": HOUR}

Line = Sequence[float] | np.ndarray[Any, np.dtype[Any]]


def candles_of(
    close: Line, timeframe: Millis = HOUR, start: Millis = MONDAY, **columns: Line
) -> Candles:
    """Candles without gaps; open is the close before, high and low hold both, volume is 1."""
    c = np.asarray(close, dtype=np.float64)
    drawn = {name: np.asarray(line, dtype=np.float64) for name, line in columns.items()}
    o = drawn.get("open", np.append(c[:1], c[:-1]))
    volume = drawn.get("volume", np.ones(len(c)))
    time = start + timeframe * np.arange(len(c), dtype=np.int64)
    return Candles(
        timeframe=timeframe,
        time=time,
        open=o,
        high=drawn.get("high", np.maximum(o, c)),
        low=drawn.get("low", np.minimum(o, c)),
        close=c,
        volume=volume,
        turnover=volume * c,
        next_time=time + timeframe,
        next_open=np.append(o[1:], c[-1:]),
    )


def walk(rows: int, timeframe: Millis = HOUR, seed: int = 7, swing: float = 0.01) -> Candles:
    """A seeded random walk with ranges, volume that follows the moves, and some trend."""
    rng = np.random.default_rng(seed)
    drift = 0.15 * swing * np.sin(np.arange(rows) / 60.0)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, swing, rows) + drift))
    opens = np.append(close[:1], close[:-1])
    reach = np.abs(rng.normal(0.0, swing / 2, (2, rows)))
    return candles_of(
        close,
        timeframe,
        open=opens,
        high=np.maximum(opens, close) * (1 + reach[0]),
        low=np.minimum(opens, close) * (1 - reach[1]),
        volume=rng.lognormal(0.0, 0.7, rows) * (1 + 40 * np.abs(close / opens - 1)),
    )


def mirrored(candles: Candles, around: float) -> Candles:
    """The same market upside down: p becomes 2 x around - p."""
    return Candles(
        timeframe=candles.timeframe,
        time=candles.time,
        open=2 * around - candles.open,
        high=2 * around - candles.low,
        low=2 * around - candles.high,
        close=2 * around - candles.close,
        volume=candles.volume,
        turnover=candles.turnover,
        next_time=candles.next_time,
        next_open=2 * around - candles.next_open,
    )


def real(name: str, rows: slice = slice(None)) -> Candles:
    """Recorded candles, `binance__BTC-USDT__1h` for example; skips where there are none."""
    path = MARKET / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"recorded candles are not here: ../shared/market/{path.name}")
    from pyarrow import parquet

    table = parquet.read_table(path)
    column = {field: table[field].to_numpy()[rows].copy() for field in table.column_names}
    time, opens = column["timestamp"].astype(np.int64), column["open"]
    return Candles(
        timeframe=TIMEFRAMES[name.split("__")[2]],
        time=time,
        open=opens,
        high=column["high"],
        low=column["low"],
        close=column["close"],
        volume=column["volume"],
        turnover=column["volume"] * column["close"],
        next_time=np.append(time[1:], -1),
        next_open=np.append(opens[1:], np.nan),
    )


def real_or_walk(name: str, rows: int) -> Candles:
    """The last rows of recorded candles, or a walk of as many where there are none."""
    if (MARKET / f"{name}.parquet").exists():
        return real(name, slice(-rows, None))
    return walk(rows, TIMEFRAMES[name.split("__")[2]])


def first_rows(candles: Candles, stop: int) -> Candles:
    """Candles as they were known when row `stop` - 1 closed and the next price had come."""
    return rows_of(candles, slice(stop))


def candle_at(candles: Candles, row: int, key: str) -> Candle:
    """One row as the event that the engine sees."""
    return Candle(
        key,
        int(candles.time[row]),
        float(candles.open[row]),
        float(candles.high[row]),
        float(candles.low[row]),
        float(candles.close[row]),
        float(candles.volume[row]),
        float(candles.turnover[row]),
    )


class Drawn(Chart):
    """A chart whose indicator lines are drawn by hand, last row last."""

    def __init__(self, **lines: Line) -> None:
        self.lines = {name: np.asarray(line, dtype=np.float64) for name, line in lines.items()}
        rows = max(len(line) for line in self.lines.values())
        close = self.lines.get("close", np.full(rows, 100.0))
        drawn: dict[str, Any] = {
            n: line for n, line in self.lines.items() if n in ("volume", "high", "low")
        }
        super().__init__(replace(candles_of(close), **drawn))

    def _line(self, name: str, default: float = np.nan) -> Any:
        return self.lines.get(name, np.full(len(self), default))

    def ema(self, period: int) -> Any:
        return self._line(f"ema{period}")

    def sma(self, period: int) -> Any:
        return self._line(f"sma{period}")

    def volume_sma(self, period: int = 20) -> Any:
        return self._line("usual")

    def rsi(self) -> Any:
        return self._line("rsi")

    def roc(self, period: int = 12) -> Any:
        return self._line("roc")

    def adx(self) -> Any:
        return self._line("adx")

    def atr(self) -> Any:
        return self._line("atr", 1.0)

    def zscore(self) -> Any:
        return self._line("z")

    def macd(self) -> Macd:
        return Macd(self._line("macd"), self._line("signal"))

    def bands(self, deviations: float = 2.0) -> Bands:
        bands = Bands(self._line("middle"), self._line("middle"), deviations)
        for name in ("upper", "lower", "width"):
            setattr(bands, name, self._line(name))
        return bands

"""Candles, longer candles and indicator sheets of the reference backtester."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from tests.parity import oracle_indicators as ind

NAN = math.nan
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
UNITS = {"s": 1_000, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def timeframe_ms(text: str | int) -> int:
    """Milliseconds of a timeframe like `15m`; a number is taken as milliseconds."""
    return text if isinstance(text, int) else int(text[:-1]) * UNITS[text[-1]]


@dataclass
class Candles:
    """One market's clean candles; `timestamp` is the start of each candle in ms UTC."""

    venue: str
    symbol: str
    step: int
    timestamp: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    quote_volume: list[float] | None = None
    funding: list[tuple[int, float]] = field(default_factory=list)


def resample(candles: Candles, step: int) -> Candles:
    """Candles of a longer timeframe made of the given ones; one that begins before the first row
    is left out.
    """
    if step == candles.step:
        return candles
    if step < candles.step or step % candles.step:
        raise ValueError(f"candles of {candles.step} ms cannot be joined to {step} ms")
    stamps = np.asarray(candles.timestamp, dtype=np.int64)
    starts = stamps // step * step
    keep = int(np.searchsorted(starts, stamps[0])) if len(stamps) else 0
    edges = np.flatnonzero(np.diff(starts[keep:], prepend=-1)) + keep
    if not len(edges):
        return Candles(
            candles.venue, candles.symbol, step, [], [], [], [], [], [], None, candles.funding
        )
    last = np.append(edges[1:], len(stamps)) - 1
    turnover = candles.quote_volume
    return Candles(
        candles.venue,
        candles.symbol,
        step,
        starts[edges].tolist(),
        np.asarray(candles.open)[edges].tolist(),
        np.maximum.reduceat(np.asarray(candles.high), edges).tolist(),
        np.minimum.reduceat(np.asarray(candles.low), edges).tolist(),
        np.asarray(candles.close)[last].tolist(),
        np.add.reduceat(np.asarray(candles.volume), edges).tolist(),
        None if turnover is None else np.add.reduceat(np.asarray(turnover), edges).tolist(),
        candles.funding,
    )


class Sheet:
    """Candles with their indicators, each computed once when first asked for. Undefined values are
    NaN.
    """

    def __init__(self, candles: Candles) -> None:
        self.candles = candles
        self.columns: dict[str, list[float]] = {}

    def at(self, name: str, k: int) -> float:
        """Value of a column at candle k, NaN before the first candle."""
        return self.column(name)[k] if k >= 0 else NAN

    def column(self, name: str) -> list[float]:
        """A whole column: open, high, low, close, volume or an indicator such as `ema50`."""
        if name not in self.columns:
            self.columns.update(self.compute(name))
        return self.columns[name]

    def compute(self, name: str) -> dict[str, list[float]]:
        """The column of that name, together with those that come from the same computation."""
        c = self.candles
        if name in ("open", "high", "low", "close", "volume"):
            return {name: getattr(c, name)}
        if name[:3] in ("ema", "sma"):
            average = ind.ema if name[:3] == "ema" else ind.sma
            return {name: average(c.close, int(name[3:]))}
        if name in ("macd", "macd_signal"):
            return dict(zip(("macd", "macd_signal"), ind.macd(c.close), strict=True))
        if name in ("middle", "deviation", "upper", "lower", "width"):
            return bands(c.close)
        makers = {
            "volume_mean": lambda: ind.sma(c.volume, 20),
            "rsi": lambda: ind.wilder_rsi(c.close),
            "atr": lambda: ind.wilder_atr(c.high, c.low, c.close),
            "adx": lambda: ind.wilder_adx(c.high, c.low, c.close),
        }
        return {name: makers[name]()}


def bands(close: list[float]) -> dict[str, list[float]]:
    """Bollinger bands (20, 2.0) with their width and the deviation."""
    middle, deviation = ind.windows_mean_std(close, 20)
    upper = [m + 2.0 * d for m, d in zip(middle, deviation, strict=True)]
    lower = [m - 2.0 * d for m, d in zip(middle, deviation, strict=True)]
    width = [(u - d) / m for u, d, m in zip(upper, lower, middle, strict=True)]
    return {
        "middle": middle,
        "deviation": deviation,
        "upper": upper,
        "lower": lower,
        "width": width,
    }


@dataclass
class Higher:
    """Candles of a longer timeframe and, for each own candle k, the last of them closed when k
    closes (or -1).
    """

    sheet: Sheet
    last_closed: list[int]

    def at(self, name: str, k: int) -> float:
        """Value of the last longer candle closed when candle k closes."""
        return self.sheet.at(name, self.last_closed[k]) if k >= 0 else NAN


def higher(candles: Candles, step: int) -> Higher:
    """Longer candles of the given step; the own ones when they are as long or longer."""
    if step <= candles.step:
        return Higher(Sheet(candles), list(range(len(candles.timestamp))))
    joined = resample(candles, step)
    ends = np.asarray(joined.timestamp, dtype=np.int64) + step
    closes = np.asarray(candles.timestamp, dtype=np.int64) + candles.step
    return Higher(Sheet(joined), (np.searchsorted(ends, closes, side="right") - 1).tolist())


@dataclass
class Market:
    """What the decisions of one symbol look at: its candles and the longer ones made of them."""

    candles: Candles
    sheet: Sheet
    atr_frame: Higher
    hours: Higher
    days: dict[int, tuple[float, float, float]]
    first_time: int


def make_market(candles: Candles, atr_step: int) -> Market:
    """Sheets of one symbol."""
    days: dict[int, tuple[float, float, float]] = {}
    for stamp, first, top, bottom in zip(
        candles.timestamp, candles.open, candles.high, candles.low, strict=True
    ):
        day = stamp // DAY
        opened, high, low = days.get(day, (first, top, bottom))
        days[day] = (opened, max(high, top), min(low, bottom))
    frames = higher(candles, atr_step), higher(candles, HOUR)
    return Market(
        candles, Sheet(candles), *frames, days, candles.timestamp[0] if candles.timestamp else 0
    )

"""Invented markets out of a seed, as our engine and as the oracle take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.parity import oracle
from trader.backtest.plan import Funding, Series, Source
from trader.backtest.rows import candles_of
from trader.domain.candles import Candles
from trader.domain.rows import Rows
from trader.domain.time import HOUR, Timeframe

MONDAY = 1_704_067_200_000
H1 = Timeframe("1h", HOUR)


@dataclass(frozen=True, slots=True)
class World:
    """One market out of a seed. Shares of candles that gap, spike, stand still or are missing.

    `tick`: prices are whole multiples of this share of the scale, so that levels are touched.
    """

    seed: int
    rows: int
    scale: float
    swing: float
    gaps: float
    spikes: float
    still: float
    holes: float
    turnover: float
    tick: float = 0.0
    timeframe: Timeframe = H1

    def candles(self) -> Rows:
        """The candles: opens near the last close, but for gaps."""
        rng = np.random.default_rng(self.seed)
        n = self.rows
        gap = rng.normal(0.0, 8 * self.swing, n) * (rng.random(n) < self.gaps)
        move = rng.normal(0.0, self.swing, n) * (rng.random(n) >= self.still)
        spike = (1 + 10 * (rng.random((2, n)) < self.spikes)) * (rng.random(n) >= self.still)
        reach = np.abs(rng.normal(0.0, self.swing / 2, (2, n))) * spike
        logs = np.cumsum(gap + move)
        close = self.scale * np.exp(logs)
        first = self.scale * np.exp(logs - move)
        high = np.maximum(first, close) * (1 + reach[0])
        low = np.minimum(first, close) / (1 + reach[1])
        volume = (
            rng.lognormal(0.0, 1.0, n)
            * self.turnover
            / self.scale
            * (rng.random(n) >= self.still / 2)
        )
        if self.tick:
            size = self.tick * self.scale
            first, high, low, close = (
                np.maximum(np.round(values / size), 1.0) * size
                for values in (first, high, low, close)
            )
        time = MONDAY + self.timeframe.ms * np.arange(n, dtype=np.int64)
        there = rng.random(n) >= self.holes
        there[0] = True
        return Rows(time, first, high, low, close, volume).at(there)

    def funding(self) -> list[tuple[int, float]]:
        """A settlement every eight hours."""
        rng = np.random.default_rng(self.seed + 1)
        times = range(MONDAY, MONDAY + self.rows * self.timeframe.ms, 8 * HOUR)
        return [(at, float(rng.normal(0.0, 0.001))) for at in times]


def series_of(key: str, world: World) -> Series:
    """The market as our engine takes it."""
    rows = world.candles()
    candles = candles_of(rows, world.timeframe)
    first, last = int(rows.time[0]), int(rows.time[-1])
    funding = None
    if key.startswith("binance_futures"):
        times, rates = zip(*world.funding(), strict=True)
        funding = Funding(np.array(times, dtype=np.int64), np.array(rates), "invented")
    source = Source("invented", world.timeframe.name, len(rows), len(rows), 0, first, last)
    return Series(key, candles, source, 0, funding)


def file_of(venue: str, symbol: str, world: World) -> oracle.Candles:
    """The market as the oracle takes it."""
    rows = world.candles()
    o, h, low, c, v = (
        column.tolist() for column in (rows.open, rows.high, rows.low, rows.close, rows.volume)
    )
    funding = world.funding() if venue == "binance_futures" else []
    step = world.timeframe.ms
    return oracle.Candles(venue, symbol, step, rows.time.tolist(), o, h, low, c, v, None, funding)


def finer_of(whole: Candles, seed: int, holes: float) -> Candles:
    """Each candle as six shorter ones that agree with it; a share of the candles has none."""
    rng = np.random.default_rng(seed + 2)
    n, parts = len(whole), 6
    inner = rng.random((n, parts - 1))
    reach = (whole.high - whole.low)[:, None]
    path = whole.low[:, None] + np.clip(inner, 0.0, 1.0) * reach
    path = np.minimum(path, whole.high[:, None])
    close = np.column_stack([path, whole.close])
    first = np.column_stack([whole.open, path])
    jump = first[:, 1:] + 0.2 * reach * rng.normal(size=(n, parts - 1))
    first[:, 1:] = np.clip(jump, whole.low[:, None], whole.high[:, None])
    high, low = np.maximum(first, close), np.minimum(first, close)
    rows = np.arange(n)
    high[rows, rng.integers(0, parts, n)] = whole.high
    low[rows, rng.integers(0, parts, n)] = whole.low
    step = HOUR // parts
    time = (whole.time[:, None] + step * np.arange(parts)).ravel()
    kept = np.repeat(rng.random(n) >= holes, parts)
    o, h, lo, c = (values.ravel() for values in (first, high, low, close))
    fine = Rows(time, o, h, lo, c, np.ones(n * parts)).at(kept)
    return candles_of(fine, Timeframe("10m", step))

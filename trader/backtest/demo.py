"""Candles of the demo market, for a backtest without files: it works on a fresh machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trader.backtest.data import Loaded, Wanted
from trader.backtest.names import symbol_named
from trader.backtest.plan import Series, Source
from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR, Millis, Timeframe
from trader.indicators.longer import longer

SYMBOLS = 3  # of the venue's demo coins, when none are named
TIMEFRAME = Timeframe("1h", HOUR)
ENDS: Millis = 20_634 * DAY  # 2026-06-30
_DAYS = 180
_MOST_ROWS = 20_000  # a symbol; two weeks of minutes
_HISTORY_ROWS = 1_000  # before --start, for the warm-up


def demo_series(venue: str, seed: int, wanted: Wanted) -> Loaded:
    """Generated candles of a venue; the same seed, symbols and span give the same candles.

    Without `wanted.start` and `end` half a year is generated, all of it traded.
    Raises `BadInput` for a span without candles.
    """
    from trader.feeds.generator import GeneratedMarket

    timeframe = wanted.timeframe or TIMEFRAME
    end = _whole(ENDS if wanted.end is None else wanted.end, timeframe)
    start = _whole(
        _default_start(end, timeframe) if wanted.start is None else wanted.start, timeframe
    )
    if start >= end:
        raise BadInput("there are no candles between --start and --end; --start must lie before")
    history = 0 if wanted.start is None else _HISTORY_ROWS
    rows = (end - start) // timeframe.ms + history
    market = GeneratedMarket(seed, _keys(venue, wanted.symbols))
    made = [market.history(key, timeframe.ms, rows, end) for key in market.keys]
    series = [
        _series(key, candles, timeframe, history)
        for key, candles in zip(market.keys, made, strict=True)
    ]
    return Loaded(tuple(series), timeframe)


def _series(key: str, candles: Candles, timeframe: Timeframe, start: int) -> Series:
    hours = longer(candles, HOUR) if timeframe.ms <= HOUR else None
    source = Source(
        file="generated",
        timeframe=timeframe.name,
        rows_in_file=len(candles),
        rows=len(candles),
        gaps=0,
        first=int(candles.time[0]),
        last=int(candles.time[-1]),
    )
    return Series(key, replace(candles, hours=hours), source, start)


def _keys(venue: str, symbols: Sequence[str]) -> tuple[str, ...]:
    from trader.feeds.coins import DEFAULT_UNIVERSE

    known = [key for key in DEFAULT_UNIVERSE if key.startswith(f"{venue}:")]
    return tuple(f"{venue}:{symbol_named(s)}" for s in symbols) or tuple(known[:SYMBOLS])


def _default_start(end: Millis, timeframe: Timeframe) -> Millis:
    return end - min(_DAYS * DAY, _MOST_ROWS * timeframe.ms)


def _whole(at: Millis, timeframe: Timeframe) -> Millis:
    """Up to the next candle's start."""
    return int(np.ceil(at / timeframe.ms)) * timeframe.ms

"""Rows of a candle file: read as they stand, made into longer ones, put into `Candles`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trader.backtest.columns import Table
from trader.domain.candles import Candles
from trader.domain.rows import Rows
from trader.domain.time import HOUR, Millis, Timeframe
from trader.feeds import candle_frames
from trader.indicators.longer import longer

PRICES = ("open", "high", "low", "close")
REQUIRED = ("timestamp", *PRICES, "volume")
QUOTE_VOLUME = ("quote_volume", "turnover")  # the same thing under two names


def rows_of(table: Table) -> Rows:
    """A file's rows as they stand. Raises `BadInput` naming file, row and column."""
    quote = next((name for name in QUOTE_VOLUME if table.has(name)), None)
    o, h, low, c = (table.floats(name) for name in PRICES)
    turnover = table.floats(quote) if quote else None
    return Rows(table.times(), o, h, low, c, table.floats("volume"), turnover)


def resampled(rows: Rows, step: Millis) -> Rows:
    """Longer candles of `step` ms, at whole multiples since 1970-01-01 UTC.

    One that begins before the first row is left out; the last may still lack rows.
    """
    start = rows.time - rows.time % step
    first = np.flatnonzero(np.diff(start, prepend=start[0] - 1))
    first = first[start[first] >= rows.time[0]]
    if not len(first):
        return rows.at(first)
    return Rows(
        start[first],
        rows.open[first],
        np.maximum.reduceat(rows.high, first),
        np.minimum.reduceat(rows.low, first),
        rows.close[np.append(first[1:], len(rows)) - 1],
        np.add.reduceat(rows.volume, first),
        None if rows.turnover is None else np.add.reduceat(rows.turnover, first),
    )


def candles_of(rows: Rows, timeframe: Timeframe) -> Candles:
    """Rows as `Candles`, with their closed hours. Raises `BadInput` for a timeframe as `7m`."""
    turnover = rows.volume * rows.close if rows.turnover is None else rows.turnover
    columns = (rows.time, rows.open, rows.high, rows.low, rows.close, rows.volume, turnover)
    candles = candle_frames.candles_of(timeframe.ms, columns)
    hours = longer(candles, HOUR) if timeframe.ms <= HOUR else None
    return replace(candles, hours=hours)

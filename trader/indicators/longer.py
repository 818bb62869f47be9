"""Candles of a longer timeframe, made of the candles at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.time import Millis

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints


def longer(candles: Candles, timeframe: Millis) -> Candles:
    """The same market in candles of `timeframe` ms, beginning at whole multiples since 1970.

    One that begins before the first row is left out, and so is one that is not closed when the
    last row closes. Raises `BadInput` when `candles.timeframe` does not divide `timeframe`.
    """
    refuse_unless_divides(candles.timeframe, timeframe)
    bucket = candles.time // timeframe
    starts = np.flatnonzero(np.diff(bucket, prepend=np.int64(-1)))
    if len(starts) and bucket[0] * timeframe < candles.time[0]:
        starts = starts[1:]
    if not len(starts):
        return no_candles(timeframe)
    made = _merged(candles, timeframe, starts, bucket[starts] * timeframe)
    closed = made.time + timeframe <= candles.time[-1] + candles.timeframe
    return made if closed[-1] else rows_of(made, slice(-1))


def last_closed(base: Candles, made: Candles, since: int = 0) -> Ints:
    """For each base row from `since` on: the last longer candle closed when it closes, or -1."""
    ends = made.time + made.timeframe
    closes = base.time[since:] + base.timeframe
    result: Ints = np.searchsorted(ends, closes, side="right").astype(np.int64) - 1
    return result


def taken(values: Floats, rows: Ints) -> Floats:
    """`values[rows]`, NaN where the row is -1."""
    if not len(values):
        return np.full(len(rows), np.nan)
    result: Floats = np.where(rows >= 0, values[rows], np.nan)
    return result


def refuse_unless_divides(short: Millis, long: Millis) -> None:
    """Raise `BadInput` when candles of `long` ms cannot be made of candles of `short` ms."""
    if long < short or long % short:
        raise BadInput(
            f"candles of {_words(long)} cannot be made of candles of {_words(short)}; "
            f"choose a timeframe that is a whole multiple of {_words(short)}"
        )


def _merged(candles: Candles, timeframe: Millis, starts: Ints, time: Ints) -> Candles:
    first_open = candles.open[starts]
    last = np.append(starts[1:] - 1, len(candles) - 1)
    return Candles(
        timeframe=timeframe,
        time=time,
        open=first_open,
        high=np.maximum.reduceat(candles.high, starts),
        low=np.minimum.reduceat(candles.low, starts),
        close=candles.close[last],
        volume=np.add.reduceat(candles.volume, starts),
        turnover=np.add.reduceat(candles.turnover, starts),
        next_time=np.append(time[1:], candles.next_time[-1]),
        next_open=np.append(first_open[1:], candles.next_open[-1]),
    )


def rows_of(candles: Candles, rows: slice) -> Candles:
    """Some of the rows, as views; what was known to follow each row stays with it."""
    return Candles(
        timeframe=candles.timeframe,
        time=candles.time[rows],
        open=candles.open[rows],
        high=candles.high[rows],
        low=candles.low[rows],
        close=candles.close[rows],
        volume=candles.volume[rows],
        turnover=candles.turnover[rows],
        next_time=candles.next_time[rows],
        next_open=candles.next_open[rows],
        hours=candles.hours,
    )


def copied(candles: Candles, hours: Candles | None = None) -> Candles:
    """The same rows in memory of their own, with these hours instead of theirs."""
    c = candles
    prices = (c.open.copy(), c.high.copy(), c.low.copy(), c.close.copy())
    amounts = (c.volume.copy(), c.turnover.copy())
    following = (c.next_time.copy(), c.next_open.copy())
    return Candles(c.timeframe, c.time.copy(), *prices, *amounts, *following, hours)


def no_candles(timeframe: Millis) -> Candles:
    """No rows at all, yet of a timeframe."""
    times, prices = np.empty(0, dtype=np.int64), np.empty(0)
    return Candles(timeframe, times, prices, prices, prices, prices, prices, prices, times, prices)


def _words(timeframe: Millis) -> str:
    return f"{timeframe / 60_000:g} minutes"

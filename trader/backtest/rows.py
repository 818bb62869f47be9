"""Rows of a candle file made fit for trading: repaired, counted, resampled, put into `Candles`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.columns import MISSING, Table
from trader.domain.candles import Candles
from trader.domain.time import HOUR, Millis, Timeframe
from trader.indicators.longer import longer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trader.domain.candles import Bools, Floats, Ints

PRICES = ("open", "high", "low", "close")
REQUIRED = ("timestamp", *PRICES, "volume")
QUOTE_VOLUME = ("quote_volume", "turnover")  # the same thing under two names


@dataclass(frozen=True, slots=True)
class Rows:
    """Candles as arrays of one length. `turnover` None: the file does not tell."""

    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats | None = None

    def __len__(self) -> int:
        return len(self.time)

    def at(self, which: Bools | NDArray[np.intp] | slice) -> Rows:
        """Only these rows, by mask, by place or by slice."""
        return Rows(
            self.time[which],
            self.open[which],
            self.high[which],
            self.low[which],
            self.close[which],
            self.volume[which],
            None if self.turnover is None else self.turnover[which],
        )


def rows_of(table: Table) -> Rows:
    """A file's rows as they stand. Raises `BadInput` naming file, row and column."""
    quote = next((name for name in QUOTE_VOLUME if table.has(name)), None)
    o, h, low, c = (table.floats(name) for name in PRICES)
    turnover = table.floats(quote) if quote else None
    return Rows(table.times(), o, h, low, c, table.floats("volume"), turnover)


def repaired(rows: Rows, step: Millis) -> tuple[Rows, dict[str, int]]:
    """Rows after the repairs of the contract, in its order, with the count of each.

    `step` is the timeframe in ms. What needs no repair is handed on without a copy.
    """
    counts: dict[str, int] = {}
    for name, repair in _REPAIRS:
        rows, counts[name] = repair(rows, step)
    return rows, counts


def _without_undefined(rows: Rows, _: Millis) -> tuple[Rows, int]:
    known = rows.time != MISSING
    for column in (rows.open, rows.high, rows.low, rows.close, rows.volume):
        known &= np.isfinite(column)
    return _kept(rows, known)


def _without_impossible(rows: Rows, _: Millis) -> tuple[Rows, int]:
    possible = rows.volume >= 0
    for column in (rows.open, rows.high, rows.low, rows.close):
        possible &= column > 0
    return _kept(rows, possible)


def _on_grid(rows: Rows, step: Millis) -> tuple[Rows, int]:
    off = rows.time % step
    moved = int(np.count_nonzero(off))
    return (replace(rows, time=rows.time - off) if moved else rows), moved


def _sorted(rows: Rows, _: Millis) -> tuple[Rows, int]:
    """Counts the rows that stand behind a later one."""
    behind = rows.time < np.maximum.accumulate(rows.time) if len(rows) else rows.time != 0
    count = int(np.count_nonzero(behind))
    return (rows.at(np.argsort(rows.time, kind="stable")) if count else rows), count


def _without_repeats(rows: Rows, _: Millis) -> tuple[Rows, int]:
    last = np.append(np.diff(rows.time) != 0, True) if len(rows) else rows.time != 0
    return _kept(rows, last)


def _widened(rows: Rows, _: Millis) -> tuple[Rows, int]:
    top = np.maximum(rows.open, rows.close)
    bottom = np.minimum(rows.open, rows.close)
    wrong = int(np.count_nonzero((rows.high < top) | (rows.low > bottom)))
    if not wrong:
        return rows, 0
    return replace(rows, high=np.maximum(rows.high, top), low=np.minimum(rows.low, bottom)), wrong


def _with_turnover(rows: Rows, _: Millis) -> tuple[Rows, int]:
    """A quote volume that is no amount is replaced by volume x close."""
    if rows.turnover is None:
        return rows, 0
    usable = np.isfinite(rows.turnover) & (rows.turnover >= 0)
    wrong = int(np.count_nonzero(~usable))
    return replace(rows, turnover=np.where(usable, rows.turnover, rows.volume * rows.close)), wrong


_REPAIRS = (
    ("nan_or_infinite", _without_undefined),
    ("non_positive", _without_impossible),
    ("off_grid", _on_grid),
    ("unsorted", _sorted),
    ("duplicates", _without_repeats),
    ("high_low", _widened),
    ("turnover", _with_turnover),
)


def _kept(rows: Rows, which: Bools) -> tuple[Rows, int]:
    dropped = len(rows) - int(np.count_nonzero(which))
    return (rows.at(which) if dropped else rows), dropped


def missing_candles(rows: Rows, step: Millis) -> int:
    """How many candles between the first and the last row are not there."""
    return int((rows.time[-1] - rows.time[0]) // step) + 1 - len(rows)


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
    candles = Candles(
        timeframe=timeframe.ms,
        time=rows.time,
        open=rows.open,
        high=rows.high,
        low=rows.low,
        close=rows.close,
        volume=rows.volume,
        turnover=rows.volume * rows.close if rows.turnover is None else rows.turnover,
        next_time=np.append(rows.time[1:], -1),
        next_open=np.append(rows.open[1:], np.nan),
    )
    hours = longer(candles, HOUR) if timeframe.ms <= HOUR else None
    return replace(candles, hours=hours)

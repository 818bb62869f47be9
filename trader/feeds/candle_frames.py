"""Candles made of shorter candles: whole histories as arrays, and one by one as they close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.errors import BadInput
from trader.domain.time import Millis

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints
    from trader.feeds.market import Market

Columns = tuple["Ints", "Floats", "Floats", "Floats", "Floats", "Floats", "Floats"]


def candles_of(timeframe: Millis, columns: Columns) -> Candles:
    """Candles whose rows know their followers; the last one does not (-1 and NaN).

    `columns`: time, open, high, low, close, volume, turnover, of one length, oldest first.
    """
    time, first = columns[0], columns[1]
    next_time = np.append(time[1:], -1) if len(time) else time.copy()
    next_open = np.append(first[1:], np.nan) if len(time) else first.copy()
    return Candles(timeframe, *columns, next_time, next_open)


def table(rows: Sequence[Candle], timeframe: Millis) -> Candles:
    """Candles one by one as arrays."""
    time = np.array([row.time for row in rows], dtype=np.int64)
    values = np.array([row[2:] for row in rows], dtype=np.float64).reshape(len(rows), 6)
    o, h, low, c, v, turnover = np.ascontiguousarray(values.T)
    return candles_of(timeframe, (time, o, h, low, c, v, turnover))


def columns_of(candles: Candles) -> Columns:
    """The seven arrays of a table of candles."""
    c = candles
    return (c.time, c.open, c.high, c.low, c.close, c.volume, c.turnover)


def sliced(columns: Columns, rows: slice) -> Columns:
    """The same columns with these rows only."""
    time, *rest = columns
    o, h, low, c, v, turnover = (column[rows] for column in rest)
    return (time[rows], o, h, low, c, v, turnover)


def joined(parts: Sequence[Columns]) -> Columns:
    """Tables one under the other."""
    time, o, h, low, c, v, turnover = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return (time, o, h, low, c, v, turnover)


def resampled(columns: Columns, timeframe: Millis) -> Columns:
    """Longer candles that begin at whole multiples of `timeframe` since 1970.

    One that begins before the first row is left out; missing rows are not invented, and the last
    candle is made of what is there.
    """
    time = columns[0]
    start = (
        int(np.searchsorted(time, -(-int(time[0]) // timeframe) * timeframe)) if len(time) else 0
    )
    time, o, h, low, c, v, turnover = sliced(columns, slice(start, None))
    if not len(time):
        return (time, o, h, low, c, v, turnover)
    frames = time // timeframe
    first = np.flatnonzero(np.append(True, frames[1:] != frames[:-1]))
    last = np.append(first[1:], len(time)) - 1
    return (
        frames[first] * timeframe,
        o[first],
        np.maximum.reduceat(h, first),
        np.minimum.reduceat(low, first),
        c[last],
        np.add.reduceat(v, first),
        np.add.reduceat(turnover, first),
    )


class CandleBuilder:
    """Makes each venue's trading candles of finer ones and hands out every one exactly once.

    Neither missing minutes nor candles without any are invented. A candle that begins before the
    first one seen is not handed out, unless `resume` was asked to fetch what had passed of it.
    `timeframes`: key -> length in ms; the order of the keys is the order of the answers.
    """

    def __init__(self, timeframes: Mapping[str, Millis]) -> None:
        self._timeframes = dict(timeframes)
        self._forming: dict[str, Candle] = {}
        self._since: dict[str, Millis] = {}  # candles that begin earlier are not handed out
        self._due: Millis | None = None  # the first end of what is forming

    def resume(self, market: Market, at: Millis) -> None:
        """Begin at `at`, in the middle of whatever candles are forming then.

        Raises `BadInput` when a symbol's own candles cannot make the timeframe wanted.
        """
        for key, timeframe in self._timeframes.items():
            check_divides(market.timeframe(key), timeframe, key)
            self._since[key] = at - at % timeframe
            for candle in market.base_candles(key, self._since[key], at):
                self._add(candle)

    def close(self, candles: Iterable[Candle], at: Millis) -> tuple[Candle, ...]:
        """Take what closed and tell which trading candles are complete by `at`, by end and key."""
        done = [over for candle in candles if (over := self._add(candle))]
        if self._due is None or at < self._due:
            return tuple(done)
        ready = [key for key, candle in self._forming.items() if self._end(candle) <= at]
        done += [self._forming.pop(key) for key in ready]
        self._due = min(map(self._end, self._forming.values()), default=None)
        place = {key: number for number, key in enumerate(self._timeframes)}
        return tuple(sorted(done, key=lambda candle: (self._end(candle), place[candle.key])))

    def _add(self, candle: Candle) -> Candle | None:
        """Take one candle; answers the one that was forming when this one belongs to the next."""
        timeframe = self._timeframes.get(candle.key)
        if timeframe is None:
            return None
        start = candle.time - candle.time % timeframe
        if start < self._since.setdefault(candle.key, -(-candle.time // timeframe) * timeframe):
            return None
        forming = self._forming.get(candle.key)
        same = forming is not None and forming.time == start
        self._forming[candle.key] = (
            _grown(forming, candle) if forming and same else candle._replace(time=start)
        )
        self._since[candle.key] = start
        self._due = min(self._due or start + timeframe, start + timeframe)
        return None if same else forming

    def _end(self, candle: Candle) -> Millis:
        return candle.time + self._timeframes[candle.key]


def check_divides(finer: Millis, timeframe: Millis, name: str) -> None:
    """Raises `BadInput` when candles of `timeframe` cannot be made of `finer` ones."""
    if timeframe < finer or timeframe % finer:
        raise BadInput(
            f"{name}: candles of {finer // 1_000} s cannot make candles of {timeframe // 1_000} s; "
            "choose a TIMEFRAME that they divide, or leave the symbol out"
        )


def _grown(forming: Candle, candle: Candle) -> Candle:
    return Candle(
        forming.key,
        forming.time,
        forming.open,
        max(forming.high, candle.high),
        min(forming.low, candle.low),
        candle.close,
        forming.volume + candle.volume,
        forming.turnover + candle.turnover,
    )

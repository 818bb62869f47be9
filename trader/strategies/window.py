"""The newest closed candles of one symbol and the hours made of them, kept while prices come in."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.time import HOUR, Millis
from trader.indicators.longer import longer, rows_of
from trader.strategies.chart import Chart, Frames

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

HOURS_KEPT = 2_400  # 90 days for the volatility percentile and what its ATR needs before
_UNKNOWN = -1


class Series:
    """The newest `capacity` candles, growing at one end and forgetting at the other.

    Rows lie in arrays twice as long, so that they are moved only once per `capacity` candles and
    can always be read as plain contiguous arrays. One more cell holds what follows the last row.
    """

    def __init__(self, timeframe: Millis, capacity: int) -> None:
        self.timeframe = timeframe
        self._reserve(capacity)

    def __len__(self) -> int:
        return min(self._end, self.capacity)

    @property
    def last_time(self) -> Millis:
        """Start of the newest candle; -1 when there is none."""
        return int(self._time[self._end - 1]) if self._end else _UNKNOWN

    def load(self, candles: Candles) -> None:
        """Keep the newest of these instead of what was known."""
        kept = rows_of(candles, slice(max(len(candles) - self.capacity, 0), None))
        self._end = len(kept)
        self._time[: self._end] = kept.time
        columns = (kept.open, kept.high, kept.low, kept.close, kept.volume, kept.turnover)
        for place, column in enumerate(columns):
            self._values[place, : self._end] = column

    def append(self, candle: Candle) -> None:
        """One more candle; of two with the same start the later one stays."""
        if candle.time == self.last_time:
            self._end -= 1
        elif self._end == 2 * self.capacity:
            self._forget()
        self._time[self._end] = candle.time
        self._values[:, self._end] = candle[2:]
        self._end += 1

    def grow(self, capacity: int) -> None:
        """Keep more from now on; what was forgotten does not come back."""
        if capacity > self.capacity:
            known = self.candles()
            self._reserve(capacity)
            self.load(known)

    def candles(
        self, next_time: Millis = _UNKNOWN, next_open: float = nan, hours: Candles | None = None
    ) -> Candles:
        """The rows as arrays, valid until the next `append`."""
        first, end = max(self._end - self.capacity, 0), self._end
        self._time[end], self._values[0, end] = next_time, next_open
        rows = slice(first, end)
        return Candles(
            timeframe=self.timeframe,
            time=self._time[rows],
            open=self._values[0, rows],
            high=self._values[1, rows],
            low=self._values[2, rows],
            close=self._values[3, rows],
            volume=self._values[4, rows],
            turnover=self._values[5, rows],
            next_time=self._time[first + 1 : end + 1],
            next_open=self._values[0, first + 1 : end + 1],
            hours=hours,
        )

    def _reserve(self, capacity: int) -> None:
        self.capacity = capacity
        self._end = 0
        self._time: Ints = np.empty(2 * capacity + 1, dtype=np.int64)
        self._values: Floats = np.empty((6, 2 * capacity + 1))

    def _forget(self) -> None:
        kept = slice(self.capacity, self._end)
        self._time[: self.capacity] = self._time[kept]
        self._values[:, : self.capacity] = self._values[:, kept]
        self._end = self.capacity


class Window:
    """One symbol: its newest candles, and below one hour the closed hours of the same market."""

    def __init__(self, candles: Candles, capacity: int) -> None:
        self.series = Series(candles.timeframe, capacity)
        self.series.load(candles)
        self._hours = Series(HOUR, HOURS_KEPT) if _makes_hours(candles.timeframe) else None
        self._forming: Candle | None = None
        self._hours_from: Millis | None = None
        self._hour_chart: Chart | None = None
        if self._hours is not None:
            self._seed_hours(self._hours, candles)

    def close(self, candle: Candle) -> None:
        """One more closed candle; one older than the newest is ignored."""
        repeated = candle.time == self.series.last_time
        if candle.time < self.series.last_time:
            return
        self.series.append(candle)
        if self._hours is not None and not repeated:
            self._to_hour(self._hours, candle)

    def frames(self, next_time: Millis, next_open: float) -> Frames:
        """Charts of the rows as they stand, followed by a candle with this first price."""
        if self._hours is None:
            return Frames(Chart(self.series.candles(next_time, next_open)))
        if self._hour_chart is None:
            self._hour_chart = Chart(self._hours.candles())
        hours = self._hour_chart
        own = Chart(self.series.candles(next_time, next_open, hours.candles))
        return Frames(own, {HOUR: hours})

    def _seed_hours(self, hours: Series, candles: Candles) -> None:
        """The venue's own hours where given; the rest is made of the rows."""
        known = longer(candles, HOUR) if candles.hours is None else candles.hours
        hours.load(known)
        if not len(candles):
            return
        whole = _whole_hour(int(candles.time[0]))
        self._hours_from = max(whole, hours.last_time + HOUR if len(hours) else 0)
        for row in range(int(np.searchsorted(candles.time, self._hours_from)), len(candles)):
            self._to_hour(hours, _row(candles, row))

    def _to_hour(self, hours: Series, candle: Candle) -> None:
        """Count a candle into its hour; an hour is known once a candle closes at or after its end.

        A candle of the middle of an hour whose beginning nobody saw begins none.
        """
        if self._hours_from is None:
            self._hours_from = _whole_hour(candle.time)
        start = candle.time - candle.time % HOUR
        if start < self._hours_from:
            return
        if self._forming is not None and self._forming.time != start:
            self._finish(hours, self._forming)
        self._forming = _joined(self._forming, candle, start)
        if candle.time + self.series.timeframe >= start + HOUR:
            self._finish(hours, self._forming)

    def _finish(self, hours: Series, hour: Candle) -> None:
        hours.append(hour)
        self._forming = None
        self._hour_chart = None


def _makes_hours(timeframe: Millis) -> bool:
    return timeframe < HOUR and HOUR % timeframe == 0


def _whole_hour(first: Millis) -> Millis:
    """Where the first hour begins that lies wholly after `first`: others are left out."""
    return first + -first % HOUR


def _joined(hour: Candle | None, candle: Candle, start: Millis) -> Candle:
    if hour is None:
        return candle._replace(time=start)
    return hour._replace(
        high=max(hour.high, candle.high),
        low=min(hour.low, candle.low),
        close=candle.close,
        volume=hour.volume + candle.volume,
        turnover=hour.turnover + candle.turnover,
    )


def _row(candles: Candles, row: int) -> Candle:
    columns = (candles.open, candles.high, candles.low, candles.close)
    amounts = (candles.volume, candles.turnover)
    prices = (float(column[row]) for column in (*columns, *amounts))
    return Candle("", int(candles.time[row]), *prices)

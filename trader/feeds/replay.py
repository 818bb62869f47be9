"""Recorded candles as a market: several symbols and venues at once, played from any moment on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.feeds.candle_frames import (
    Columns,
    candles_of,
    check_divides,
    resampled,
    sliced,
)
from trader.feeds.market import STEP, Listed, Moment
from trader.feeds.ticks import low_comes_first, tick_paths


class ReplayMarket:
    """A `Market` of recorded candles; it ends when the last of them is over."""

    def __init__(
        self,
        tables: dict[str, tuple[Millis, Columns]],
        start: Millis,
        funding: dict[str, dict[Millis, float]],
    ) -> None:
        """`tables`: per key the timeframe of its candles and the candles, oldest first."""
        self._tables = tables
        self._start = start
        self._funding = funding

    def beginning(self, start: Millis) -> ReplayMarket:
        """The same recordings, begun at another moment."""
        return ReplayMarket(self._tables, start, self._funding)

    @property
    def keys(self) -> tuple[str, ...]:
        """By venue, then by name of file."""
        return tuple(self._tables)

    @property
    def banner(self) -> str:
        """For the start banner."""
        begin = datetime.fromtimestamp(self._start / 1_000, UTC)
        return f"recorded candles of {len(self._tables)} markets from {begin:%Y-%m-%d %H:%M} UTC"

    @property
    def start(self) -> Millis:
        """The moment asked for, or the liveliest hour when most symbols have candles."""
        return self._start

    @property
    def end(self) -> Millis:
        """When the last candle of all ends."""
        return max(int(columns[0][-1]) + length for length, columns in self._tables.values())

    def timeframe(self, key: str) -> Millis:
        """Length of this symbol's recorded candles."""
        return self._tables[key][0]

    def history(self, key: str, timeframe: Millis, rows: int, until: Millis) -> Candles:
        """See `Market.history`. Raises `BadInput` when the recorded candles are too long."""
        length, columns = self._tables[key]
        check_divides(length, timeframe, key)
        whole = until - until % timeframe
        past = sliced(columns, slice(int(np.searchsorted(columns[0], whole))))
        frames = resampled(past, timeframe)
        return candles_of(timeframe, sliced(frames, slice(max(0, len(frames[0]) - rows), None)))

    def hours(self, key: str, rows: int, until: Millis) -> Candles:
        """See `Market.hours`; none when the recorded candles cannot make any."""
        if HOUR % self.timeframe(key):
            return candles_of(HOUR, sliced(self._tables[key][1], slice(0)))
        return self.history(key, HOUR, rows, until)

    def base_candles(self, key: str, since: Millis, until: Millis) -> Iterator[Candle]:
        """See `Market.base_candles`."""
        length, columns = self._tables[key]
        first, last = np.searchsorted(columns[0], (since, until - length + 1))
        for row in range(int(first), int(last)):
            yield _candle(key, columns, row)

    def moments(self, start: Millis) -> Iterator[Moment]:
        """See `Market.moments`; candles that closed by `start` are history."""
        first = -(-start // STEP) * STEP
        players = [_Player(key, *table, first) for key, table in self._tables.items()]
        for at in count(first, STEP):
            closed = tuple(candle for player in players if (candle := player.closed_by(at)))
            prices = tuple(
                (player.key, price)
                for player in players
                if (price := player.price_at(at)) is not None
            )
            yield Moment(at, closed, prices, last=at >= self.end)
            if at >= self.end:
                return

    def funding(self, key: str, at: Millis) -> float:
        """See `Market.funding`; 0 throughout when no file tells."""
        return self._funding.get(key, {}).get(at - at % MINUTE, 0.0)

    def listing(self, at: Millis) -> tuple[Listed, ...]:
        """See `Market.listing`."""
        return tuple(Listed(key, self._turnover(key, at)) for key in self._tables)

    def _turnover(self, key: str, at: Millis) -> float:
        length, columns = self._tables[key]
        first, last = np.searchsorted(columns[0], (at - DAY, at - length + 1))
        return float(columns[6][int(first) : int(last)].sum())


class _Player:
    """One symbol's candles, played in steps. Tells each candle and each price once."""

    def __init__(self, key: str, length: Millis, columns: Columns, first: Millis) -> None:
        self.key = key
        self._length = length
        self._columns = columns
        self._row = int(np.searchsorted(columns[0], first - length, side="right"))
        self._path: list[float] = []

    def closed_by(self, at: Millis) -> Candle | None:
        """The candle being played when it has ended; then the next one is taken up."""
        if self._row >= len(self._columns[0]) or self._begins() + self._length > at:
            return None
        candle = _candle(self.key, self._columns, self._row)
        self._row += 1
        self._path = []
        return candle

    def price_at(self, at: Millis) -> float | None:
        """The price at this moment; None in a gap and after the end."""
        if self._row >= len(self._columns[0]) or at < self._begins():
            return None
        if not self._path:
            self._path = _path(_candle(self.key, self._columns, self._row), self._length // STEP)
        return self._path[(at - self._begins()) // STEP]

    def _begins(self) -> Millis:
        return int(self._columns[0][self._row])


def _candle(key: str, columns: Columns, row: int) -> Candle:
    time, *numbers = columns
    return Candle(key, int(time[row]), *(float(column[row]) for column in numbers))


def _path(candle: Candle, steps: int) -> list[float]:
    """Prices inside one candle, with as many decimals as its own four prices have."""
    bars = [np.array([price]) for price in (candle.open, candle.high, candle.low, candle.close)]
    turns = (np.array([max(1, steps // 3)]), np.array([max(2, 2 * steps // 3)]))
    path = tick_paths(
        (bars[0], bars[1], bars[2], bars[3]), low_comes_first(bars[0], bars[3]), turns, steps
    )
    result: list[float] = np.round(path[0], _decimals(candle)).tolist()
    return result


def _decimals(candle: Candle) -> int:
    texts = (f"{price:.10f}".rstrip("0") for price in candle[2:6])
    return max(len(text.partition(".")[2]) for text in texts)

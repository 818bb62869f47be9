"""Where a worker process gets candles from: the daemon's own market, or the candle store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.time import HOUR, Millis, Timeframe
from trader.feeds.candle_frames import Columns, candles_of, columns_of, sliced
from trader.feeds.market import Market
from trader.feeds.shelf import Wish
from trader.indicators.longer import longer
from trader.storage.kinds import CANDLE

FINER = ("1m", "3m", "5m", "15m", "30m", "1h", "4h")  # what exchanges have, the shortest first


class CandleSource(Protocol):
    """A value that a worker process is given, and that opens itself there."""

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        """Ready to be asked. `seen` by key: what the daemon has seen itself. Raises `BadInput`."""


class Shelf(Protocol):
    """Candles that may be asked for."""

    def history(self, key: str, timeframe: Timeframe, rows: int, until: Millis) -> Candles:
        """The newest `rows` candles that closed by `until`; fewer when there are fewer."""

    def finer(self, key: str, candles: Candles) -> Candles | None:
        """Shorter candles inside these, as far as there are any; the shortest kind there is."""


@dataclass(frozen=True, slots=True)
class Invented:
    """The demo's market: the same seed invents the same candles in any process."""

    seed: int

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        """See `CandleSource`; the whole market is at hand."""
        from trader.feeds.generator import GeneratedMarket

        return _OfMarket(GeneratedMarket(self.seed))


@dataclass(frozen=True, slots=True)
class Recorded:
    """Recordings that the demo replays, read anew."""

    wish: Wish

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        """See `CandleSource`; the whole market is at hand."""
        from trader.feeds.programme import open_replay

        return _OfMarket(open_replay(self.wish))


@dataclass(frozen=True, slots=True)
class _OfMarket:
    market: Market

    def history(self, key: str, timeframe: Timeframe, rows: int, until: Millis) -> Candles:
        return with_hours(self.market.history(key, timeframe.ms, rows, until))

    def finer(self, key: str, candles: Candles) -> Candles | None:
        """None: a market is not stored, it would have to be made minute by minute."""
        return None


@dataclass(frozen=True, slots=True)
class Stored:
    """The candle store in `folder`, and what the daemon has seen since."""

    folder: Path

    def opened(self, seen: Mapping[str, Candles]) -> Shelf:
        """See `CandleSource`."""
        return _OfStore(self.folder, seen)


@dataclass(frozen=True, slots=True)
class _OfStore:
    """What is new in the daemon's windows is put into the store, here and not in the daemon: as
    long as searches come more often than windows pass, the store has no gap."""

    folder: Path
    seen: Mapping[str, Candles]

    def history(self, key: str, timeframe: Timeframe, rows: int, until: Millis) -> Candles:
        from trader.storage.candles import CandleStore

        store = CandleStore(self.folder)
        known = store.read(key, timeframe, rows)
        newer = self._newer(key, timeframe, known[-1].time if known else -1)
        if newer:
            store.append(key, timeframe, newer)
        return with_hours(_candles([*known, *newer][-rows:], timeframe, until))

    def finer(self, key: str, candles: Candles) -> Candles | None:
        from trader.storage.candles import CandleStore

        store, end = CandleStore(self.folder), int(candles.time[-1]) + candles.timeframe
        for timeframe in map(Timeframe.parse, FINER):
            if timeframe.ms < candles.timeframe and candles.timeframe % timeframe.ms == 0:
                found = store.columns(key, timeframe, int(candles.time[0]), end)
                columns = cast(Columns, tuple(found[name] for name in CANDLE))
                if len(columns[0]):
                    return candles_of(timeframe.ms, columns)
        return None

    def _newer(self, key: str, timeframe: Timeframe, last: Millis) -> list[Candle]:
        seen = self.seen.get(key)
        if seen is None or seen.timeframe != timeframe.ms:
            return []
        columns = sliced(
            columns_of(seen), slice(int(np.searchsorted(seen.time, last, "right")), None)
        )
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [Candle(key, *row) for row in rows]


def _candles(rows: list[Candle], timeframe: Timeframe, until: Millis) -> Candles:
    closed = [row for row in rows if row.time + timeframe.ms <= until]
    time = np.array([row.time for row in closed], dtype=np.int64)
    table = np.array([row[2:] for row in closed], dtype=np.float64).reshape(len(closed), 6)
    o, h, low, c, v, turnover = table.T.copy()
    return candles_of(timeframe.ms, (time, o, h, low, c, v, turnover))


def with_hours(candles: Candles) -> Candles:
    """The same with their closed hours, which the filters look at."""
    if candles.timeframe > HOUR or HOUR % candles.timeframe or not len(candles):
        return candles
    return replace(candles, hours=longer(candles, HOUR))

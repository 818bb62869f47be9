"""The candle store: how long a year of minutes takes to grow, to read, to look at from its end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure, best_of, milliseconds
from trader.domain.time import DAY, MINUTE, Millis
from trader.storage.candles import CandleStore
from trader.storage.kinds import CANDLE, Columns

KEY, WHAT = "upbit:BTC/KRW", "1m"
YEAR, FRESH, NEWEST = 365 * DAY // MINUTE, 1_000, 500
_BEGIN: Millis = 1_704_067_200_000  # 2024-01-01
_TIMES = 5


def figures() -> list[Figure]:
    """CPU time; the file is flushed to the disk each time it is written."""
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder:
        store = CandleStore(Path(folder))
        store.merge(KEY, WHAT, _walk(YEAR, _BEGIN))
        size = store.path(KEY, WHAT).stat().st_size
        append = _appended(store)
        read = best_of(_TIMES, lambda: store.columns(KEY, WHAT))
        newest = best_of(_TIMES, lambda: store.newest(KEY, WHAT, NEWEST))
    year = f"a year of minutes ({YEAR:,} candles, {size / 1e6:.1f} MB)"
    return [
        Figure(f"store: append {FRESH:,} candles to {year}", milliseconds(append)),
        Figure("store: read a year of minutes as arrays", milliseconds(read)),
        Figure(f"store: read the newest {NEWEST} of a year of minutes", milliseconds(newest)),
    ]


def _appended(store: CandleStore) -> float:
    """Each time the next thousand, so that each time the file is written."""
    ends = iter(range(1, _TIMES + 1))

    def append() -> None:
        store.merge(KEY, WHAT, _walk(FRESH, _BEGIN + (YEAR + FRESH * next(ends)) * MINUTE))

    return best_of(_TIMES, append)


def _walk(rows: int, begin: Millis) -> Columns:
    """A random walk with the ticks of a won market."""
    chance = np.random.default_rng(1)
    close = np.round(5e7 * np.exp(np.cumsum(chance.normal(0, 5e-4, rows))), -3)
    first = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(first, close) + 1_000, np.minimum(first, close) - 1_000
    volume = np.round(chance.exponential(1.0, rows), 8)
    time = begin + MINUTE * np.arange(rows, dtype=np.int64)
    numbers = (time, first, high, low, close, volume, volume * close)
    return dict(zip(CANDLE, numbers, strict=True))

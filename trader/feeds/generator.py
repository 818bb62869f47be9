"""The embedded demo market: endless, invented, the same for the same seed.

A coin's minute follows from (seed, coin, minute) alone, drawn in blocks of four hours; nothing is
kept but the block being played, so memory stays flat and any moment can be entered directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.errors import BadInput
from trader.domain.instrument import Instrument
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.feeds.candle_frames import (
    Columns,
    candles_of,
    check_divides,
    joined,
    resampled,
    sliced,
)
from trader.feeds.coin_paths import BLOCK
from trader.feeds.coins import DEFAULT_UNIVERSE
from trader.feeds.market import STEP, Listed, Moment
from trader.feeds.noise import streams, words
from trader.feeds.opening import LOOK_BACK, liveliness
from trader.feeds.quotations import Quotes, TickSizes, block_of, funding_rate, quotes
from trader.feeds.ticks import low_comes_first, tick_paths

BANNER = "invented prices, about one and a half times as lively as real ones"
DEFAULT_SEED = 42

_TICKS = MINUTE // STEP
_BATCH = 80 * BLOCK  # minutes drawn at once for a history
_ORIGIN: Millis = 20_454 * DAY  # 2026-01-01
_OPENING_DAYS = 3
_LOOKED_AT = 20  # symbols, when the opening hour is chosen
_CHANCES = np.uint64(1_000_000)

Prices = tuple[tuple[str, float], ...]


class GeneratedMarket:
    """A `Market` of any number of coins on any venues. `after`: not before this moment."""

    def __init__(
        self, seed: int, keys: tuple[str, ...] = DEFAULT_UNIVERSE, after: Millis = _ORIGIN
    ) -> None:
        """Raises `BadInput` when a key is no instrument or named twice, or there is none."""
        if not keys or len(set(keys)) != len(keys):
            raise BadInput("the demo market needs symbols, each named once; see SYMBOLS")
        self._seed = seed
        self._keys = keys
        self._after = after
        self._tick_keys = streams(seed, keys, "ticks")
        self._tick_sizes = TickSizes(tuple(Instrument.parse(key) for key in keys))

    @property
    def keys(self) -> tuple[str, ...]:
        """In the order given."""
        return self._keys

    @property
    def banner(self) -> str:
        """For the start banner."""
        return f"{BANNER}; seed {self._seed}"

    @property
    def start(self) -> Millis:
        """The liveliest hour of the first days, judged by what had happened before it."""
        return liveliest_hour(self._seed, self._keys, self._after)

    @property
    def end(self) -> Millis | None:
        """It never ends."""
        return None

    def timeframe(self, key: str) -> Millis:
        """Always minutes."""
        del key
        return MINUTE

    def history(self, key: str, timeframe: Millis, rows: int, until: Millis) -> Candles:
        """See `Market.history`. Raises `BadInput` when minutes do not divide `timeframe`."""
        check_divides(MINUTE, timeframe, key)
        end = until - until % timeframe
        length = timeframe * max(1, _BATCH * MINUTE // timeframe)
        begin = end - rows * timeframe
        parts = [
            resampled(self._minutes(key, since, min(since + length, end)), timeframe)
            for since in range(begin, end, length)
        ]
        return candles_of(timeframe, joined(parts or [self._minutes(key, end, end)]))

    def hours(self, key: str, rows: int, until: Millis) -> Candles:
        """See `Market.hours`."""
        return self.history(key, HOUR, rows, until)

    def base_candles(self, key: str, since: Millis, until: Millis) -> Iterator[Candle]:
        """See `Market.base_candles`."""
        first = -(-since // MINUTE) * MINUTE
        columns = self._minutes(key, first, max(first, until - until % MINUTE))
        for row in zip(*(column.tolist() for column in columns), strict=True):
            yield Candle(key, *row)

    def moments(self, start: Millis) -> Iterator[Moment]:
        """See `Market.moments`; candles that closed at `start` itself are history."""
        first = -(-start // STEP) * STEP
        closed: tuple[Candle, ...] = ()
        for block in count(block_of(first)):
            drawn = quotes(self._seed, self._keys, block, 1)
            for place in range(max(0, first // MINUTE - int(drawn.minutes[0])), BLOCK):
                at = int(drawn.minutes[place]) * MINUTE
                for prices in self._ticks(drawn, place):
                    if at >= first:
                        yield Moment(at, closed if at % MINUTE == 0 else (), prices)
                    at += STEP
                closed = _candles(self._keys, drawn, place)

    def funding(self, key: str, at: Millis) -> float:
        """See `Market.funding`."""
        return funding_rate(self._seed, key, at)

    def listing(self, at: Millis) -> tuple[Listed, ...]:
        """See `Market.listing`; nothing is ever warned of here."""
        return tuple(
            Listed(key, float(self._minutes(key, at - DAY, at)[6].sum())) for key in self._keys
        )

    def _minutes(self, key: str, since: Millis, until: Millis) -> Columns:
        """Minute candles in [since, until), both whole minutes."""
        block = block_of(since)
        blocks = max(1, -(-(until // MINUTE) // BLOCK) - block)
        drawn = quotes(self._seed, (key,), block, blocks)
        skipped = since // MINUTE - block * BLOCK
        rows = slice(skipped, skipped + (until - since) // MINUTE)
        prices = (drawn.open[0], drawn.high[0], drawn.low[0], drawn.close[0])
        return sliced((drawn.minutes * MINUTE, *prices, drawn.volume[0], drawn.turnover[0]), rows)

    def _ticks(self, drawn: Quotes, place: int) -> Iterator[Prices]:
        """Prices of all symbols at each step of one minute."""
        first, high, low, last = (
            prices[:, place] for prices in (drawn.open, drawn.high, drawn.low, drawn.close)
        )
        chance = (words(self._tick_keys, drawn.minutes[place : place + 1])[:, 0] % _CHANCES).astype(
            np.int64
        )
        odd = chance % 10 < 3  # three minutes in ten go the less likely way
        early = 1 + chance // 10 % (_TICKS // 2 - 1)
        late = early + 1 + chance // 100 % (_TICKS - 2 - early)
        path = tick_paths(
            (first, high, low, last), low_comes_first(first, last) ^ odd, (early, late), _TICKS
        )
        for column in self._tick_sizes.round(path).T.tolist():
            yield tuple(zip(self._keys, column, strict=True))


def liveliest_hour(seed: int, keys: tuple[str, ...], after: Millis) -> Millis:
    """Start of the hour of the next days before which most symbols moved, and moved up, most.

    Only what was past at that hour is looked at: a demo should begin with something to see, not
    with a promise.
    """
    hours = LOOK_BACK + _OPENING_DAYS * 24
    begin = -(-after // HOUR) * HOUR - LOOK_BACK * HOUR
    market = GeneratedMarket(seed, keys[:_LOOKED_AT])
    tables = [market.hours(key, hours, begin + hours * HOUR) for key in market.keys]
    score = np.sum([liveliness(table) for table in tables], axis=0)
    return begin + (int(np.argmax(score)) + 1) * HOUR


def _candles(keys: tuple[str, ...], drawn: Quotes, place: int) -> tuple[Candle, ...]:
    """The minute candles of all symbols at one place of a block."""
    time = int(drawn.minutes[place]) * MINUTE
    columns = (drawn.open, drawn.high, drawn.low, drawn.close, drawn.volume, drawn.turnover)
    rows = zip(*(column[:, place].tolist() for column in columns), strict=True)
    return tuple(Candle(key, time, *row) for key, row in zip(keys, rows, strict=True))

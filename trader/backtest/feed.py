"""Plays candles to the engine as a market would: the walk of page 3.8, on a virtual clock."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from functools import partial
from itertools import chain, repeat

from trader.backtest.detail import Finer, Part
from trader.backtest.plan import Progress, Series
from trader.domain.candles import Candle
from trader.domain.events import (
    CandlesClosed,
    DataEnded,
    Event,
    HistoryLoaded,
    PriceSeen,
    PricesSettled,
)
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.held import Held
from trader.engine.state import SymbolState
from trader.indicators.longer import rows_of
from trader.venues.simulated import SimulatedVenue

CHUNK = 4_096  # rows turned into Python numbers at a time: memory stays flat
PROGRESS_EVERY = 8_192
# What `_make` does, without its length check: a year of minutes makes half a million of each.
_candle = partial(tuple.__new__, Candle)
_price_seen = partial(tuple.__new__, PriceSeen)
_candles_closed = partial(tuple.__new__, CandlesClosed)


class HistoryFeed:
    """Candles in, events out. It asks the engine which prices matter and meets exactly those."""

    def __init__(
        self,
        series: tuple[Series, ...],
        engine: Engine,
        venue: SimulatedVenue,
        answers: deque[Event],
        progress: Progress | None = None,
    ) -> None:
        self._series = series
        self._engine = engine
        self._venue = venue
        self._answers = answers
        self._progress = progress or _silent
        self._timeframe = series[0].candles.timeframe
        self._symbols = engine.state.symbols
        self._state = engine.state.venues[venue.profile.venue]
        self._funding = [(s.key, funding_of(s)) for s in series if s.funding is not None]
        self._finer = {s.key: Finer(s.detail) for s in series if s.detail is not None}

    async def events(self) -> AsyncIterator[Event]:
        """Everything that happens, in order; the venue's answers before the next price."""
        answers = self._answers
        for event in self._all():
            yield event
            while answers:
                yield answers.popleft()

    def _all(self) -> Iterator[Event]:
        yield from self._history()
        yield from self._rounds()
        for series in self._series:
            last = float(series.candles.close[-1])
            self._venue.on_price(series.key, last, self._engine.state.now)
        yield DataEnded(self._engine.state.now)

    def _history(self) -> Iterator[Event]:
        for series in self._series:
            if series.start_index:
                past = rows_of(series.candles, slice(series.start_index))
                yield HistoryLoaded(series.key, past, int(past.time[-1]) + past.timeframe)

    def _rounds(self) -> Iterator[Event]:
        """One candle of every symbol that has one: funding, first prices, walks, closes."""
        walked, whole = 0, sum(s.traded_rows for s in self._series)
        on_price, symbols = self._venue.on_price, self._symbols
        for candles in rounds(self._series):
            time = candles[0].time
            if self._funding:
                yield from self._fundings(time, candles)
            for candle in candles:
                on_price(candle.key, candle.open, time)
                yield _price_seen((candle.key, candle.open, time, False))
            if self._state.waiting:
                yield PricesSettled(time)
            for candle in candles:
                sym = symbols[candle.key]
                if sym.held is not None or sym.armed:
                    yield from self._walk(candle)
            yield _candles_closed((candles, time + self._timeframe))
            walked += len(candles)
            if walked % PROGRESS_EVERY < len(candles):
                self._progress(walked, whole)

    def _price(self, key: str, price: float, at: Millis) -> Event:
        """A price, in force at the venue before the engine hears of it."""
        self._venue.on_price(key, price, at)
        return PriceSeen(key, price, at)

    def _fundings(self, time: Millis, candles: tuple[Candle, ...]) -> Iterator[Event]:
        """Funding times after the previous candle's start and up to this one's, at its open."""
        opens = {candle.key: candle.open for candle in candles}
        for key, due in self._funding:
            if key not in opens:
                continue
            for at, rate in due.until(time):
                if self._symbols[key].held is not None:
                    self._venue.on_funding(key, rate, opens[key], at)  # charged once a moment
                while self._answers:
                    yield self._answers.popleft()

    def _walk(self, candle: Candle) -> Iterator[Event]:
        """The candle behind its first price: adverse side first, every armed level exactly."""
        sym = self._symbols[candle.key]
        for part in self._parts(sym, candle):
            if (yield from self._through(sym, candle, part)):
                return
        if sym.held is not None and len(self._series) > 1:
            yield self._price(candle.key, candle.close, candle.time)

    def _parts(self, sym: SymbolState, candle: Candle) -> list[Part]:
        """The candle itself, or its finer candles where it meets something and there are some."""
        whole = Part(candle.open, candle.high, candle.low, candle.close)
        finer = self._finer.get(candle.key)
        if finer is None or not _meets(sym, candle):
            return [whole]
        return finer.inside(candle.time, candle.time + self._timeframe, candle.open) or [whole]

    def _through(
        self, sym: SymbolState, candle: Candle, part: Part
    ) -> Generator[Event, None, bool]:
        """One part of a candle; whether a position ended or nothing more can happen in it."""
        price = part.first
        held = sym.held
        if price != sym.mark and (held is None or not _quiet(held, price)):
            yield self._price(candle.key, price, candle.time)
        if held is None and sym.held is None:
            level = yield from self._enter_inside(sym, candle, part)
            if level is None:
                return sym.entered or not sym.armed
            price = level
        held = held or sym.held
        if held is None or sym.held is not held:
            return True
        adverse, favourable = (part.low, part.high) if held.d > 0 else (part.high, part.low)
        for end in (adverse, favourable, part.close):
            if not _quiet(held, end):  # most legs meet nothing
                yield from self._leg(candle, held, price, end)
                if sym.held is None:
                    return True
            price = end
        return False

    def _enter_inside(
        self, sym: SymbolState, candle: Candle, part: Part
    ) -> Generator[Event, None, float | None]:
        """Meet armed levels, the nearest to the open first, until one is filled."""
        while not sym.entered:
            armed = self._engine.pricing.levels(candle.key)
            inside = [level for level in armed if part.low <= level <= part.high]
            if not inside:
                return None
            level = inside[0]
            yield self._price(candle.key, level, candle.time)
            if sym.held is not None:
                return level
        return None

    def _leg(self, candle: Candle, held: Held, price: float, end: float) -> Iterator[Event]:
        """From one price to another, stopping at every level that is armed at that moment."""
        d = held.d
        while not _quiet(held, end):
            at, goal = price * d, end * d
            level = end
            if goal < at and goal <= held.adverse < at:
                level = held.adverse * d
            elif goal > at and at < held.target * d <= goal:
                level = held.target
            yield self._price(candle.key, level, candle.time)
            if self._symbols[candle.key].held is not held or level == end:
                return
            price = level


def _quiet(held: Held, price: float) -> bool:
    """Whether a price changes nothing for what is held."""
    return held.adverse < price * held.d < held.limit


def _meets(sym: SymbolState, candle: Candle) -> bool:
    """Whether the candle reaches any level of a symbol."""
    if sym.held is not None:
        return not (_quiet(sym.held, candle.low) and _quiet(sym.held, candle.high))
    return any(candle.low <= want.level <= candle.high for want in sym.armed)


class Due:
    """Funding rates of one symbol, handed out once each as time goes by."""

    def __init__(self, times: list[Millis], rates: list[float], first: Millis) -> None:
        self._times = times
        self._rates = rates
        self._next = next((i for i, time in enumerate(times) if time > first), len(times))

    def until(self, time: Millis) -> list[tuple[Millis, float]]:
        """When and at which rate funding fell due after the last call and up to `time`."""
        start = self._next
        while self._next < len(self._times) and self._times[self._next] <= time:
            self._next += 1
        return list(
            zip(self._times[start : self._next], self._rates[start : self._next], strict=True)
        )


def funding_of(series: Series) -> Due:
    """Funding that falls due after the first traded candle's start."""
    funding = series.funding
    if funding is None:
        return Due([], [], 0)
    first = int(series.candles.time[series.start_index])
    return Due(funding.time.tolist(), funding.rate.tolist(), first)


def rounds(all_series: Iterable[Series]) -> Iterator[tuple[Candle, ...]]:
    """Candles of all series by their start, ascending; of one start in the series' order."""
    streams = [candles_of(series) for series in all_series]
    return zip(streams[0]) if len(streams) == 1 else _merged(streams)


def _merged(streams: list[Iterator[Candle]]) -> Iterator[tuple[Candle, ...]]:
    heads = [next(stream, None) for stream in streams]
    while any(heads):
        time = min(head.time for head in heads if head is not None)
        candles = []
        for place, head in enumerate(heads):
            if head is not None and head.time == time:
                candles.append(head)
                heads[place] = next(streams[place], None)
        yield tuple(candles)


def candles_of(series: Series) -> Iterator[Candle]:
    """Traded rows of one series, turned into Python numbers a chunk at a time."""
    c = series.candles
    columns = (c.time, c.open, c.high, c.low, c.close, c.volume, c.turnover)

    def chunk(start: int) -> Iterator[Candle]:
        lists = [column[start : start + CHUNK].tolist() for column in columns]
        return map(_candle, zip(repeat(series.key), *lists))

    return chain.from_iterable(map(chunk, range(series.start_index, len(c), CHUNK)))


def _silent(walked: int, whole: int) -> None:
    """Nobody wants to know how far it is."""

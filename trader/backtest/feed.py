"""Plays candles to the engine as a market would: the walk of page 3.8, on a virtual clock."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from typing import NamedTuple

from trader.backtest.plan import Progress, Series
from trader.domain.candles import Candle, Candles
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
from trader.venues.simulated import SimulatedVenue

CHUNK = 16_384  # rows turned into Python floats at a time: memory stays flat
PROGRESS_EVERY = 8_192


class Bar(NamedTuple):
    """One row of a series, as Python numbers."""

    key: str
    time: Millis
    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float


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
        self._progress = progress
        self._timeframe = series[0].candles.timeframe
        self._symbols = engine.state.symbols
        self._state = engine.state.venues[venue.profile.venue]
        self._funding = [(s.key, funding_of(s)) for s in series if s.funding is not None]

    async def events(self) -> AsyncIterator[Event]:
        """Everything that happens, in order; the venue's answers before the next price."""
        for event in self._all():
            yield event

    def _all(self) -> Iterator[Event]:
        yield from self._history()
        walked, whole = 0, sum(s.traded_rows for s in self._series)
        for time, bars in rounds(self._series):
            yield from self._candle(time, bars)
            walked += len(bars)
            if self._progress is not None and walked % PROGRESS_EVERY < len(bars):
                self._progress(walked, whole)
        for series in self._series:
            last = float(series.candles.close[-1])
            self._venue.on_price(series.key, last, self._engine.state.now)
        yield DataEnded(self._engine.state.now)
        yield from self._answered()

    def _history(self) -> Iterator[Event]:
        for series in self._series:
            if series.start_index:
                past = history_of(series)
                yield HistoryLoaded(series.key, past, int(past.time[-1]) + past.timeframe)

    def _candle(self, time: Millis, bars: tuple[Bar, ...]) -> Iterator[Event]:
        """One candle of every symbol that has one: funding, first prices, walks, closes."""
        if self._funding:
            yield from self._fundings(time, bars)
        for bar in bars:
            yield from self._price(bar.key, bar.open, time)
        if self._state.waiting:
            yield PricesSettled(time)
            yield from self._answered()
        for bar in bars:
            sym = self._symbols[bar.key]
            if sym.held is not None or sym.armed:
                yield from self._walk(bar)
        yield CandlesClosed(tuple(Candle(*bar) for bar in bars), time + self._timeframe)
        if self._answers:
            yield from self._answered()

    def _price(self, key: str, price: float, at: Millis) -> Iterator[Event]:
        self._venue.on_price(key, price, at)
        yield PriceSeen(key, price, at)
        if self._answers:
            yield from self._answered()

    def _answered(self) -> Iterator[Event]:
        answers = self._answers
        while answers:
            yield answers.popleft()

    def _fundings(self, time: Millis, bars: tuple[Bar, ...]) -> Iterator[Event]:
        """Funding times after the previous candle's start and up to this one's, at its open."""
        opens = {bar.key: bar.open for bar in bars}
        for key, due in self._funding:
            if key not in opens:
                continue
            for rate in due.until(time):
                if self._symbols[key].held is not None:
                    self._venue.on_funding(key, rate, opens[key], time)
                    yield from self._answered()

    def _walk(self, bar: Bar) -> Iterator[Event]:
        """The candle behind its first price: adverse side first, every armed level exactly."""
        sym = self._symbols[bar.key]
        price = bar.open
        if sym.held is None:
            level = yield from self._enter_inside(bar)
            if level is None:
                return
            price = level
        held = sym.held
        if held is None:
            return
        adverse, favourable = (bar.low, bar.high) if held.d > 0 else (bar.high, bar.low)
        for end in (adverse, favourable, bar.close):
            yield from self._leg(bar, held, price, end)
            if sym.held is None:
                return
            price = end
        if len(self._series) > 1:
            yield from self._price(bar.key, bar.close, bar.time)

    def _enter_inside(self, bar: Bar) -> Generator[Event, None, float | None]:
        """Meet armed levels, the nearest to the open first, until one is filled."""
        while True:
            inside = [
                level
                for level in self._engine.pricing.levels(bar.key)
                if bar.low <= level <= bar.high
            ]
            if not inside:
                return None
            level = inside[0]
            yield from self._price(bar.key, level, bar.time)
            if self._symbols[bar.key].held is not None:
                return level

    def _leg(self, bar: Bar, held: Held, price: float, end: float) -> Iterator[Event]:
        """From one price to another, stopping at every level that is armed at that moment."""
        d = held.d
        while not held.adverse < end * d < held.limit:
            at, goal = price * d, end * d
            level = end
            if goal < at and goal <= held.adverse < at:
                level = held.adverse * d
            elif goal > at and at < held.target * d <= goal:
                level = held.target
            yield from self._price(bar.key, level, bar.time)
            if self._symbols[bar.key].held is not held or level == end:
                return
            price = level


def history_of(series: Series) -> Candles:
    """Rows before the traded span: known to indicators, never traded."""
    c, past = series.candles, slice(series.start_index)
    return Candles(
        timeframe=c.timeframe,
        time=c.time[past],
        open=c.open[past],
        high=c.high[past],
        low=c.low[past],
        close=c.close[past],
        volume=c.volume[past],
        turnover=c.turnover[past],
        next_time=c.next_time[past],
        next_open=c.next_open[past],
    )


class Due:
    """Funding rates of one symbol, handed out once each as time goes by."""

    def __init__(self, times: list[Millis], rates: list[float], first: Millis) -> None:
        self._times = times
        self._rates = rates
        self._next = next((i for i, time in enumerate(times) if time > first), len(times))

    def until(self, time: Millis) -> list[float]:
        """Rates that fell due after the last call and up to `time`."""
        start = self._next
        while self._next < len(self._times) and self._times[self._next] <= time:
            self._next += 1
        return self._rates[start : self._next]


def funding_of(series: Series) -> Due:
    """Funding that falls due after the first traded candle's start."""
    funding = series.funding
    if funding is None:
        return Due([], [], 0)
    first = int(series.candles.time[series.start_index])
    return Due(funding.time.tolist(), funding.rate.tolist(), first)


def rounds(all_series: Iterable[Series]) -> Iterator[tuple[Millis, tuple[Bar, ...]]]:
    """Candles of all series by their start, ascending; of one start in the series' order."""
    streams = [bars_of(series) for series in all_series]
    if len(streams) == 1:
        for bar in streams[0]:
            yield bar.time, (bar,)
        return
    heads = [next(stream, None) for stream in streams]
    while any(heads):
        time = min(head.time for head in heads if head is not None)
        bars = []
        for place, head in enumerate(heads):
            if head is not None and head.time == time:
                bars.append(head)
                heads[place] = next(streams[place], None)
        yield time, tuple(bars)


def bars_of(series: Series) -> Iterator[Bar]:
    """Traded rows of one series, turned into Python numbers a chunk at a time."""
    c = series.candles
    columns = (c.time, c.open, c.high, c.low, c.close, c.volume, c.turnover)
    for start in range(series.start_index, len(c), CHUNK):
        lists = [column[start : start + CHUNK].tolist() for column in columns]
        for values in zip(*lists, strict=True):
            yield Bar(series.key, *values)

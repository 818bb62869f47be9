"""The demo's ears: plays a market at some speed to the simulated venues and to the engine."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from trader.domain.candles import Candle, Candles
from trader.domain.events import (
    CandlesClosed,
    Event,
    HistoryLoaded,
    PriceSeen,
    PricesSettled,
    TimePassed,
    UniverseChosen,
)
from trader.domain.instrument import venue_of
from trader.domain.time import HOUR, SECOND, Millis
from trader.feeds.candle_frames import CandleBuilder
from trader.feeds.market import Listings, Market, Moment
from trader.feeds.universe import universe

SETTLEMENT = 8 * HOUR
LAST_ANSWERS = SECOND  # ms of market time that answers under way are waited for at the end


class Exchange(Protocol):
    """The market's side of a simulated venue."""

    def list_markets(self, keys: Iterable[str], at: Millis) -> None:
        """Open these markets."""

    def on_price(self, key: str, price: float, at: Millis) -> None:
        """A new price is in force."""

    def on_turnover(self, key: str, turnover: float, at: Millis) -> None:
        """Turnover of the last minute."""

    def on_funding(self, key: str, rate: float, price: float, at: Millis) -> None:
        """A funding time."""

    def advance(self, at: Millis) -> None:
        """Market time passes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast market time passes. `now` in seconds of the wall; `room` waits while the reader
    is behind; `speed` market seconds per second, 0: as fast as possible."""

    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    room: Callable[[], Awaitable[None]]
    speed: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What is played: of each key, in SYMBOLS order, its trading timeframe, and how many rows of
    history and closed hours its strategies want. `listed`: those that may be entered."""

    timeframes: Mapping[str, Millis]
    rows: Mapping[str, int]
    hours: Mapping[str, int]
    listed: tuple[str, ...]


class DemoFeed:
    """Follows a market from a moment on. `at` is how far it came, for the next start."""

    def __init__(
        self,
        market: Market,
        exchanges: Mapping[str, Exchange],
        put: Callable[[Event], None],
        scene: Scene,
        start: Millis,
    ) -> None:
        self.at = start
        self.over = False
        self._afterwards: Millis = 0
        self._market = market
        self._exchanges = exchanges
        self._put = put
        self.scene = scene
        self._keys = tuple(scene.timeframes)
        self._last: dict[str, float] = {}
        self._builder = CandleBuilder(scene.timeframes)

    def open(self) -> None:
        """Before the first moment: markets, histories, what has passed of the forming candles."""
        for venue, exchange in self._exchanges.items():
            keys = [key for key in self._keys if venue_of(key) == venue]
            exchange.list_markets(keys, self.at)
            listed = tuple(key for key in self.scene.listed if venue_of(key) == venue)
            self._put(UniverseChosen(venue, listed, self.at))
        for key in self._keys:
            self._put(HistoryLoaded(key, self.history(key), self.at))
        self._builder.resume(self._market, self.at)

    def history(self, key: str) -> Candles:
        """Closed candles of one symbol up to now, with hours where the timeframe needs them."""
        timeframe = self.scene.timeframes[key]
        candles = self._market.history(key, timeframe, self.scene.rows[key], self.at)
        if timeframe >= HOUR:
            return candles
        return replace(candles, hours=self._market.hours(key, self.scene.hours[key], self.at))

    def recast(self, scene: Scene) -> None:
        """Other symbols or timeframes came into force: markets, histories and builder anew."""
        self.scene = scene
        self._keys = tuple(scene.timeframes)
        self._builder = CandleBuilder(scene.timeframes)
        self.open()

    async def run(self, pace: Pace) -> None:
        """Play until the data are over (never, when the market is invented)."""
        begin, start = pace.now(), self.at
        for moment in self._market.moments(start):
            if pace.speed > 0.0:
                early = (moment.at - start) / 1_000 / pace.speed - (pace.now() - begin)
                if early > 0.0:
                    await pace.sleep(early)
            await pace.room()
            self.play(moment)
            if moment.last:
                break
        self.over = True

    def settle(self) -> None:
        """At the end: let the exchanges answer what is on its way. May be repeated."""
        self._afterwards += LAST_ANSWERS
        for exchange in self._exchanges.values():
            exchange.advance(self.at + self._afterwards)

    def play(self, moment: Moment) -> None:
        """One instant: closes first, then funding, then prices, then entries may be decided."""
        at = self.at = moment.at
        for exchange in self._exchanges.values():
            exchange.advance(at)
        for candle in moment.closed:
            exchange_of = self._exchanges.get(venue_of(candle.key))
            if exchange_of is not None and candle.key in self.scene.timeframes:
                exchange_of.on_turnover(candle.key, candle.turnover, at)
        self._close(moment)
        if at % SETTLEMENT == 0:
            self._settle(at)
        self._prices(moment)

    def _close(self, moment: Moment) -> None:
        done = self._builder.close(moment.closed, moment.at)
        for venue, candles in groupby(done, key=_venue):
            if venue in self._exchanges:
                self._put(CandlesClosed(tuple(candles), moment.at))

    def _settle(self, at: Millis) -> None:
        for key, price in self._last.items():
            rate = self._market.funding(key, at)
            if rate:
                self._exchanges[venue_of(key)].on_funding(key, rate, price, at)

    def _prices(self, moment: Moment) -> None:
        for key, price in moment.prices:
            if key not in self.scene.timeframes or not math.isfinite(price):
                continue
            self._last[key] = price
            self._exchanges[venue_of(key)].on_price(key, price, moment.at)
            self._put(PriceSeen(key, price, moment.at))
        self._put(PricesSettled(moment.at))
        self._put(TimePassed(moment.at))


def _venue(candle: Candle) -> str:
    return venue_of(candle.key)


def chosen_keys(
    market: Listings, symbols: Mapping[str, tuple[str, ...]], top: Mapping[str, int], at: Millis
) -> tuple[str, ...]:
    """Keys to trade: a venue's SYMBOLS in their order, or its largest `top` by turnover."""
    listed = market.listing(at)
    known = {one.key for one in listed}
    keys: list[str] = []
    for venue, wished in symbols.items():
        if wished:
            keys += [key for symbol in wished if (key := f"{venue}:{symbol}") in known]
        else:
            keys += universe(listed, venue, top[venue])
    return tuple(keys)

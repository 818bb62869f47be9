"""A feed on a bench: loopback exchanges, an engine that remembers, a clock that tests turn."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.feeds.live.street import (
    BTC,
    ETH,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    XRP,
    Engine,
    Floor,
    Time,
    Venue,
)  # fmt: skip
from trader.domain import events as ev
from trader.domain.candles import Candle
from trader.domain.errors import VenueUnavailable
from trader.domain.instrument import MarketRules, venue_of
from trader.domain.quotation import MarketQuoted
from trader.feeds.demo import Scene, chosen_keys
from trader.feeds.live.directory import Directory
from trader.feeds.live.feed import LiveFeed
from trader.feeds.live.venue_feed import Studio, VenueFeed

FUTURE = "binance_futures:BTC/USDT"
CUT = VenueUnavailable("no connection")


@dataclass
class Bench:
    """Two venues: upbit chooses the largest two, futures trade one symbol."""

    time: Time = field(default_factory=lambda: Time(NOON + 10 * SECOND))
    engine: Engine = field(default_factory=Engine)
    directory: Directory = field(default_factory=Directory)
    venues: dict[str, Venue] = field(default_factory=dict)
    floors: dict[str, Floor] = field(default_factory=dict)
    timeframe: int = MINUTE
    symbols: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("upbit", "binance_futures"):
            self.venues[name], self.floors[name] = Venue(self.time), Floor()
        for key, turnover in ((BTC, 9.0), (ETH, 8.0), (XRP, 7.0), (FUTURE, 5.0)):
            venue = self.venues[venue_of(key)]
            venue.quoted.append(MarketQuoted(key, MarketRules(), turnover))
            venue.minutes(key, NOON - 200 * MINUTE, 201)
            venue.now[key] = 100.0
        studio = Studio(self.time.wall, self.engine.listener, self.directory, self.plan)
        self.feeds = {
            name: VenueFeed(name, venue, self.floors[name], studio, NOON - 9 * HOUR)
            for name, venue in self.venues.items()
        }
        self.feed = LiveFeed(self.feeds, self.time.wall, self.engine.listener)

    @property
    def upbit(self) -> Venue:
        return self.venues["upbit"]

    def plan(self) -> Scene:
        wished = {"upbit": self.symbols, "binance_futures": ()}
        top = {"upbit": 2, "binance_futures": 1}
        listed = chosen_keys(self.directory, wished, top, self.time.at)
        keys = tuple(dict.fromkeys((*listed, *self.engine.held)))
        each = dict.fromkeys(keys, 30)
        return Scene(dict.fromkeys(keys, self.timeframe), each, dict.fromkeys(keys, 2), listed)

    def story(self, *kinds: type) -> list[str]:
        """Names of events of upbit, in order, without the passing of time."""
        quiet = (ev.PricesSettled, ev.TimePassed)
        return [
            type(event).__name__
            for event in self.engine.events
            if not isinstance(event, quiet) and "binance" not in str(event)
            and (not kinds or isinstance(event, kinds))
        ]  # fmt: skip

    def closed(self) -> list[Candle]:
        """Candles that the engine was told."""
        told = (e for e in self.engine.events if isinstance(e, ev.CandlesClosed))
        return [candle for event in told for candle in event.candles]

    def trade(self, key: str, price: float) -> None:
        venue = self.venues[venue_of(key)]
        venue.now[key] = price
        venue.say(key, price)
        start = self.time.at - self.time.at % MINUTE
        if start not in venue.rows[key]:
            venue.minutes(key, start, 1, price)

"""The whole feed: opening, order of events, other symbols, other timeframes, funding, the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest

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
from trader.domain.errors import VenueRefused, VenueUnavailable
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


@pytest.fixture
async def running(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Callable[[Bench], None]]:
    caplog.set_level(logging.INFO)
    tasks: list[tuple[Bench, asyncio.Task[None]]] = []

    def start(bench: Bench) -> None:
        bench.feed.open()
        tasks.append((bench, asyncio.create_task(bench.feed.run())))

    yield start
    for bench, task in tasks:
        assert not task.done(), task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert all(venue.closed and not venue._open for venue in bench.venues.values())


@pytest.fixture
async def bench(running: Callable[[Bench], None]) -> Bench:
    made = Bench()
    running(made)
    await made.time.go(2 * SECOND)
    return made


async def test_markets_choice_and_past_come_before_the_first_price(bench: Bench) -> None:
    assert bench.story()[:6] == [
        "MarketListed", "MarketListed", "UniverseChosen", "HistoryLoaded", "HistoryLoaded",
        "PriceSeen",
    ]  # fmt: skip
    chosen = [e for e in bench.engine.of(ev.UniverseChosen) if "upbit" in str(e)]
    assert [getattr(e, "keys", None) for e in chosen] == [(BTC, ETH)]
    loaded = bench.engine.of(ev.HistoryLoaded)[0]
    assert isinstance(loaded, ev.HistoryLoaded)
    assert (loaded.key, len(loaded.candles), int(loaded.candles.time[-1])) == (
        BTC, 30, NOON - MINUTE,
    )  # fmt: skip
    assert set(bench.floors["upbit"].markets) == {BTC, ETH}
    assert bench.feed.is_open
    assert bench.feed.sources()["upbit"][0] == "websocket"
    assert bench.feed.at == bench.time.at


async def test_a_candle_is_told_then_its_followers_first_price_then_entries(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench(Time(NOON + 55 * SECOND))
    running(bench)
    await bench.time.go(NOON + MINUTE - 100 - bench.time.at)
    bench.engine.events.clear()
    await bench.time.go(200)
    for key in (BTC, ETH):
        bench.trade(key, 120.0)
    assert "PriceSeen" not in bench.story()
    await bench.time.go(2 * SECOND)
    bench.trade(BTC, 121.0)
    assert bench.story() == ["CandlesClosed", "PriceSeen", "PriceSeen", "PriceSeen"]
    closed, first = bench.engine.of(ev.CandlesClosed)[0], bench.engine.of(ev.PriceSeen)[0]
    assert isinstance(closed, ev.CandlesClosed)
    assert ([c.key for c in closed.candles], closed.at) == ([BTC, ETH], NOON + MINUTE)
    assert first == ev.PriceSeen(BTC, 120.0, NOON + MINUTE + 100)
    place = bench.engine.events.index(first)
    assert isinstance(bench.engine.events[place + 2], ev.PricesSettled)
    assert (BTC, 200.0) in bench.floors["upbit"].turnovers


async def test_time_passes_when_nothing_else_does_unless_the_engine_is_behind(
    bench: Bench,
) -> None:
    bench.engine.events.clear()
    await bench.time.go(SECOND)
    assert len(bench.engine.of(ev.TimePassed)) == 4  # a quarter of a second each
    assert bench.floors["upbit"].at > NOON
    bench.engine.busy = True
    bench.engine.events.clear()
    await bench.time.go(5 * SECOND)
    assert bench.engine.events == []


async def test_a_start_without_network_is_a_sentence_and_patience(
    running: Callable[[Bench], None], caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    bench.upbit.trouble = CUT
    running(bench)
    await bench.time.go(8 * SECOND)
    said = [r.getMessage() for r in caplog.records if "reached" in r.getMessage()]
    assert said[:2] == [
        "upbit cannot be reached: no connection; trying again in 1 s",
        "upbit cannot be reached: no connection; trying again in 2 s",
    ]
    assert bench.feeds["binance_futures"].opened  # the others go on
    assert not bench.feeds["upbit"].opened
    bench.upbit.trouble = None
    await bench.time.go(10 * SECOND)
    links = [e for e in bench.engine.events if isinstance(e, ev.LinkChanged)]
    told = [e.connected for e in links if e.venue == "upbit"]
    assert (told[0], told[-1]) == (False, True)
    assert bench.feeds["upbit"].opened


async def test_histories_that_came_are_not_asked_for_again(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench()
    bench.upbit.of[ETH] = CUT
    running(bench)
    await bench.time.go(5 * SECOND)
    assert bench.upbit.asked[BTC] == 2  # minutes and hours
    bench.upbit.of.clear()
    await bench.time.go(5 * SECOND)
    assert bench.feeds["upbit"].opened
    assert bench.upbit.asked[BTC] == 2


async def test_a_symbol_whose_past_is_refused_is_left_out(
    running: Callable[[Bench], None], caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    bench.upbit.of[ETH] = VenueRefused("HTTP 404")
    running(bench)
    await bench.time.go(2 * SECOND)
    assert bench.feeds["upbit"].opened
    assert f"{ETH} is left out: HTTP 404" in caplog.text
    chosen = [e for e in bench.engine.events if isinstance(e, ev.UniverseChosen)]
    assert [e.keys for e in chosen if e.venue == "upbit"] == [(BTC,)]


async def test_every_hour_the_universe_is_chosen_anew_and_held_symbols_stay(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench(Time(NOON + HOUR - 5 * SECOND))
    running(bench)
    await bench.time.go(3 * SECOND)
    bench.engine.held[BTC] = NOON
    bench.upbit.quoted[2] = replace(bench.upbit.quoted[2], turnover=99.0)
    bench.upbit.quoted[0] = replace(bench.upbit.quoted[0], turnover=0.0)
    bench.engine.events.clear()
    await bench.time.go(6 * SECOND)
    assert bench.story(ev.UniverseChosen, ev.HistoryLoaded, ev.MarketListed) == [
        "MarketListed", "UniverseChosen", "HistoryLoaded",
    ]  # fmt: skip
    chosen = [e for e in bench.engine.events if isinstance(e, ev.UniverseChosen)]
    assert [e.keys for e in chosen if e.venue == "upbit"] == [(XRP, ETH)]
    assert bench.upbit.streams[-1] == (XRP, ETH, BTC)
    bench.engine.events.clear()
    bench.trade(BTC, 100.0)
    await bench.time.go(MINUTE)
    assert BTC in {candle.key for candle in bench.closed()}


async def test_another_timeframe_loads_other_histories_before_it_decides(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench(Time(NOON + 4 * MINUTE + 50 * SECOND))
    for key in (BTC, ETH):
        bench.upbit.minutes(key, NOON, 5)
    running(bench)
    await bench.time.go(2 * SECOND)
    bench.engine.events.clear()
    bench.timeframe = 5 * MINUTE
    bench.feed.replan()
    bench.trade(BTC, 100.0)
    assert "PriceSeen" in bench.story()
    await bench.time.go(2 * SECOND)
    loaded = [e for e in bench.engine.of(ev.HistoryLoaded) if isinstance(e, ev.HistoryLoaded)]
    assert [e.candles.timeframe for e in loaded] == [5 * MINUTE] * 3
    bench.engine.events.clear()
    await bench.time.go(NOON + 5 * MINUTE + 5 * SECOND - bench.time.at)
    assert [candle.time for candle in bench.closed() if candle.key == BTC] == [NOON]


async def test_other_symbols_that_cannot_be_loaded_are_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.symbols = ("XRP/KRW",)
    bench.upbit.of[XRP] = CUT
    bench.feed.replan()
    await bench.time.go(3 * SECOND)
    assert "upbit: symbols could not be chosen anew: no connection" in caplog.text
    del bench.upbit.of[XRP]
    await bench.time.go(10 * SECOND)
    chosen = [e for e in bench.engine.events if isinstance(e, ev.UniverseChosen)]
    assert chosen[-1].keys == (XRP,)


async def test_a_second_price_comes_from_rest_as_an_independent_one(bench: Bench) -> None:
    bench.upbit.now[BTC] = 77.0
    bench.engine.events.clear()
    bench.feed.confirm(BTC)
    await bench.time.go(100)
    assert ev.PriceSeen(BTC, 77.0, bench.time.at - 100, independent=True) in bench.engine.events
    bench.upbit.trouble = CUT
    bench.engine.events.clear()
    bench.feed.confirm(BTC)
    await bench.time.go(100)
    assert bench.engine.of(ev.PriceSeen) == []


async def test_after_its_end_nobody_is_asked() -> None:
    bench = Bench()
    task = asyncio.create_task(bench.feed.run())
    await bench.time.go(2 * SECOND)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    asked = len(bench.upbit.asked_prices)
    bench.feed.confirm(BTC)
    await bench.time.go(SECOND)
    assert len(bench.upbit.asked_prices) == asked


async def test_at_the_end_answers_under_way_come_in(bench: Bench) -> None:
    before = bench.time.at
    bench.feed.settle()
    bench.feed.settle()
    assert bench.floors["upbit"].at == before + 2 * SECOND

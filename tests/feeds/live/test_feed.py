"""The whole feed: opening, order of events, other symbols, other timeframes, funding, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.feeds.live.bench import CUT, Bench
from tests.feeds.live.street import (
    BTC,
    ETH,
    MINUTE,
    NOON,
    SECOND,
    Time,
)  # fmt: skip
from trader.domain import events as ev
from trader.domain.errors import VenueRefused


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

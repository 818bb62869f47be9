"""Prices without a pause: cuts, silence, recovery, and what is said about it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from tests.feeds.live.street import BTC, ETH, SECOND, Time, Venue
from trader.domain.errors import BadInput, VenueRefused, VenueUnavailable
from trader.domain.quotation import Tick
from trader.feeds.live.watch import Watch

CUT = VenueUnavailable("no connection")


@dataclass
class Bench:
    """Two symbols that trade, and what came of it."""

    time: Time
    venue: Venue
    watch: Watch
    ticks: list[Tick]
    links: list[tuple[bool, str]]
    log: pytest.LogCaptureFixture = field(repr=False)

    async def trade(self, seconds: int, *keys: str) -> None:
        """A trade of each symbol every second."""
        for _ in range(seconds):
            for key in keys:
                self.venue.say(key, self.venue.now[key])
            await self.time.go(SECOND)

    def said(self, code: str = "price_source") -> list[str]:
        return [r.getMessage() for r in self.log.records if getattr(r, "code", "") == code]


@pytest.fixture
async def bench(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Bench]:
    caplog.set_level(logging.INFO)
    time = Time()
    venue = Venue(time, now={BTC: 100.0, ETH: 10.0})
    ticks: list[Tick] = []
    links: list[tuple[bool, str]] = []

    def link(*, connected: bool, source: str, why: str) -> None:
        assert why
        links.append((connected, source))

    watch = Watch(venue, time.wall, "upbit", ticks.append, link)
    running = asyncio.create_task(watch.run([BTC, ETH]))
    await time.go(1)
    yield Bench(time, venue, watch, ticks, links, caplog)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert venue._open == []  # its connection was given back


async def test_prices_are_asked_for_at_the_start_and_then_only_listened_to(bench: Bench) -> None:
    assert bench.venue.asked_prices[0][1] == (BTC, ETH)
    assert [tick.price for tick in bench.ticks] == [100.0, 10.0]
    await bench.trade(30, BTC, ETH)
    assert len(bench.venue.asked_prices) == 1
    assert len(bench.ticks) == 62
    assert bench.watch.source == "websocket"
    assert bench.watch.latency == 0.0


async def test_a_quiet_symbol_stays_fresh_for_entries_without_a_word_in_the_log(
    bench: Bench,
) -> None:
    """They want a price that is five seconds old at most."""
    await bench.trade(25, BTC)
    asked = bench.venue.asked_prices
    assert {keys for _, keys in asked[1:]} == {(ETH,)}
    apart = [later[0] - sooner[0] for sooner, later in pairwise(asked)]
    assert max(apart) <= 3 * SECOND
    assert min(apart) >= 2 * SECOND
    assert (bench.watch.source, bench.said(), bench.links) == ("websocket", [], [])


async def test_the_stream_knows_better_than_an_answer_that_was_asked_for_before(
    bench: Bench,
) -> None:
    bench.ticks.clear()
    ask = bench.venue.prices

    async def late(keys: Sequence[str]) -> tuple[Tick, ...]:
        told = await ask(keys)
        await bench.time.wall.sleep(0.2)
        bench.venue.say(ETH, 9.0)
        await bench.time.wall.sleep(0.2)
        return told

    bench.venue.prices = late  # type: ignore[method-assign]
    await bench.trade(4, BTC)
    assert [tick.price for tick in bench.ticks if tick.key == ETH] == [9.0]


async def test_a_stream_that_falls_silent_is_replaced_and_recovery_told_once(bench: Bench) -> None:
    await bench.trade(5, BTC, ETH)
    bench.ticks.clear()
    bench.venue.now[BTC] = 90.0
    await bench.time.go(20 * SECOND)
    assert bench.watch.source == "rest"
    first = next(tick for tick in bench.ticks if tick.price == 90.0)
    assert first.at - bench.time.at <= -8 * SECOND  # within twelve seconds of the silence
    assert len([tick for tick in bench.ticks if tick.key == ETH]) >= 4  # every two seconds
    await bench.trade(3, BTC, ETH)
    assert bench.watch.source == "websocket"
    assert [text.partition(":")[0] for text in bench.said()] == ["upbit", "upbit"]
    assert "silent for" in bench.said()[0]
    assert "again" in bench.said()[1]
    assert bench.links == [(True, "rest"), (True, "websocket")]


async def test_a_dead_stream_is_connected_anew_every_half_minute(bench: Bench) -> None:
    await bench.time.go(100 * SECOND)
    assert 3 <= len(bench.venue.streams) <= 4
    assert len(bench.said()) == 1


async def test_trades_that_the_stream_keeps_to_itself_are_noticed(bench: Bench) -> None:
    await bench.trade(3, BTC, ETH)
    bench.venue.now[ETH] = 11.0  # only BTC is streamed from now on
    await bench.trade(14, BTC)
    assert bench.said() == ["upbit: the stream missed trades of upbit:ETH/KRW; asking every 2 s"]
    assert len(bench.venue.streams) == 2
    assert Tick(ETH, 11.0, bench.ticks[-1].at).price in [t.price for t in bench.ticks]
    await bench.trade(10, BTC)
    assert bench.watch.source == "rest"  # words about others are no recovery
    await bench.trade(1, BTC, ETH)
    assert bench.watch.source == "websocket"
    assert len(bench.said()) == 2


async def test_a_trade_of_this_very_moment_is_no_fault_of_the_stream(bench: Bench) -> None:
    await bench.trade(1, BTC, ETH)
    await bench.trade(9, BTC)
    bench.venue.now[ETH] = 11.0
    await bench.trade(1, BTC)
    await bench.trade(10, BTC, ETH)
    assert (bench.watch.source, bench.said()) == ("websocket", [])


@pytest.mark.parametrize("nonsense", [0.0, -1.0, math.nan, math.inf])
async def test_a_price_of_nothing_is_asked_for_at_once(bench: Bench, nonsense: float) -> None:
    await bench.trade(5, BTC, ETH)
    count = len(bench.venue.asked_prices)
    bench.venue.say(ETH, nonsense)
    await bench.time.go(SECOND)
    assert [keys for _, keys in bench.venue.asked_prices[count:]] == [(ETH,)]
    assert all(tick.price > 0.0 for tick in bench.ticks)


async def test_a_cut_is_mended_within_a_second(bench: Bench) -> None:
    await bench.trade(3, BTC, ETH)
    bench.venue.cut(CUT)
    await bench.trade(3, BTC, ETH)
    assert len(bench.venue.streams) == 2
    assert bench.watch.source == "websocket"
    lost = [r.getMessage() for r in bench.log.records if "stream lost" in r.getMessage()]
    assert lost == ["upbit: stream lost: no connection; connecting again"]


async def test_streams_that_are_refused_are_tried_ever_slower_while_rest_serves(
    bench: Bench,
) -> None:
    bench.venue.refuses_streams = CUT
    bench.venue.cut(CUT)
    await bench.time.go(200 * SECOND)
    waits = [b - a for a, b in zip(bench.venue.tried, bench.venue.tried[1:], strict=False)]
    assert waits[1:5] == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert max(waits) == 30 * SECOND
    assert bench.watch.source == "rest"
    assert bench.said() == ["upbit: no stream; asking for prices every 2 s"]
    assert bench.ticks[-1].at > bench.time.at - 3 * SECOND
    assert len([r for r in bench.log.records if "stream lost" in r.getMessage()]) == 1


async def test_when_nothing_answers_the_exchange_is_lost_until_something_does(
    bench: Bench,
) -> None:
    bench.venue.refuses_streams = bench.venue.trouble = CUT
    bench.venue.cut(CUT)
    await bench.time.go(10 * SECOND)
    assert bench.links == [(False, "rest")]
    bench.venue.trouble = None
    await bench.time.go(3 * SECOND)
    assert bench.links == [(False, "rest"), (True, "websocket"), (True, "rest")]
    bench.venue.refuses_streams = None
    await bench.time.go(30 * SECOND)
    await bench.trade(1, BTC)
    assert bench.links[-1] == (True, "websocket")


async def test_questions_that_fail_while_the_stream_speaks_are_no_loss(bench: Bench) -> None:
    bench.venue.trouble = CUT
    await bench.trade(30, BTC)
    assert len(bench.venue.asked_prices) > 5
    assert bench.links == []


@pytest.mark.parametrize("error", [VenueRefused("HTTP 400"), BadInput("no market ETH/KRW")])
async def test_a_refused_question_is_told(bench: Bench, error: VenueRefused | BadInput) -> None:
    bench.venue.trouble = error
    await bench.trade(13, BTC)
    assert any(f"refused: {error}" in r.getMessage() for r in bench.log.records)
    assert bench.links == []


async def test_a_symbol_that_is_listed_no_longer_takes_no_other_along(bench: Bench) -> None:
    """Of a question about both the whole is refused: it is found, and left out for a minute."""
    bench.venue.delisted = {BTC}
    bench.venue.cut(CUT)
    bench.venue.refuses_streams = CUT
    bench.ticks.clear()
    bench.venue.asked_prices.clear()
    await bench.trade(50)
    assert {tick.key for tick in bench.ticks} == {ETH}
    asked = [keys for _, keys in bench.venue.asked_prices]
    assert asked[:3] == [(BTC, ETH), (BTC,), (ETH,)]
    assert set(asked[3:]) == {(ETH,)}
    assert len([r for r in bench.log.records if "refused" in r.getMessage()]) == 1
    bench.venue.delisted.clear()
    await bench.trade(20)
    assert BTC in {tick.key for tick in bench.ticks}, "it is asked about again"

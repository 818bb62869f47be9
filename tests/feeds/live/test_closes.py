"""Closed candles: each exactly once, in order, however the exchange answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.feeds.live.street import BTC, ETH, MINUTE, NOON, SECOND, XRP, Time, Venue, candle
from trader.domain.candles import Candle
from trader.domain.errors import VenueRefused, VenueUnavailable
from trader.domain.time import Millis
from trader.feeds.live.closes import Closes
from trader.feeds.live.frame import Frame

KEYS = (BTC, ETH, XRP)


@dataclass
class Book:
    """What was handed out."""

    handed: list[tuple[list[str], Millis, Millis]] = field(default_factory=list)  # keys, end, when
    candles: list[Candle] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """Three symbols of a venue whose history ends at noon, and time."""

    time: Time
    venue: Venue
    book: Book
    closes: Closes

    def trade(self, *minutes: int, keys: tuple[str, ...] = KEYS) -> None:
        """Candles that begin so many minutes after noon."""
        for key in keys:
            for minute in minutes:
                self.venue.minutes(key, NOON + minute * MINUTE, 1, 100.0 + minute)

    def told(self, key: str = BTC) -> list[int]:
        """Minutes after noon of the candles of a symbol, in the order of their telling."""
        return [(c.time - NOON) // MINUTE for c in self.book.candles if c.key == key]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    time, book = Time(NOON + SECOND), Book()
    venue = Venue(time)
    for key in KEYS:
        venue.minutes(key, NOON - 10 * MINUTE, 10)

    def hand(candles: tuple[Candle, ...], end: Millis) -> None:
        book.handed.append(([c.key for c in candles], end, time.at))
        book.candles.extend(candles)

    closes = Closes(venue, time.wall, hand, book.done.extend)
    closes.retime(Frame(MINUTE, MINUTE))
    closes.watch(KEYS, NOON)
    running = asyncio.create_task(closes.run())
    yield Bench(time, venue, book, closes)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_candle_is_told_shortly_after_its_end_in_the_order_of_symbols(
    bench: Bench,
) -> None:
    bench.trade(0, 1)
    bench.venue.slow[BTC] = 0.4  # the first symbol answers last
    await bench.time.go(MINUTE)
    assert [(keys, end) for keys, end, _ in bench.book.handed] == [(list(KEYS), NOON + MINUTE)]
    assert bench.book.handed[0][2] - (NOON + MINUTE) < SECOND
    assert bench.closes.settled(BTC) == NOON + MINUTE


async def test_each_candle_once_over_an_hour_with_gaps(bench: Bench) -> None:
    bench.trade(*(n for n in range(61) if n not in (7, 8, 30)))
    await bench.time.go(60 * MINUTE)
    assert bench.told() == [n for n in range(60) if n not in (7, 8, 30)]
    assert bench.told(XRP) == bench.told()


async def test_without_a_later_candle_three_seconds_must_pass(bench: Bench) -> None:
    bench.trade(0)
    await bench.time.go(MINUTE + SECOND)
    assert bench.told() == []
    await bench.time.go(2 * SECOND)
    assert bench.told() == [0]


async def test_a_minute_without_trades_is_settled_and_not_invented(bench: Bench) -> None:
    assert bench.closes.is_due(BTC, NOON + MINUTE)
    await bench.time.go(MINUTE + 5 * SECOND)
    assert bench.told() == []
    assert set(bench.book.done) == set(KEYS)
    assert not bench.closes.is_due(BTC, NOON + MINUTE + SECOND)


async def test_what_an_outage_hid_is_told_afterwards_once_and_in_order(bench: Bench) -> None:
    bench.trade(*range(8))
    bench.venue.trouble = VenueUnavailable("no connection")
    await bench.time.go(6 * MINUTE)
    assert bench.told() == []
    assert bench.venue.asked["candles"] > 10
    bench.venue.trouble = None
    await bench.time.go(30 * SECOND)
    assert bench.told() == [0, 1, 2, 3, 4, 5]
    ends = [end for _, end, _ in bench.book.handed]
    assert ends == sorted(ends)
    await bench.time.go(MINUTE)
    assert bench.told() == [0, 1, 2, 3, 4, 5, 6]


async def test_failure_is_told_once_a_symbol_and_asked_ever_slower(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.venue.trouble = VenueUnavailable("no connection")
    await bench.time.go(10 * MINUTE)
    assert [r.getMessage() for r in caplog.records] == [
        f"{key}: no candle: no connection; asking on" for key in KEYS
    ]
    assert bench.venue.asked[BTC] < 60


async def test_one_that_does_not_answer_holds_nobody_back_for_long(bench: Bench) -> None:
    bench.trade(0, 1, 2)
    bench.venue.of[ETH] = VenueRefused("HTTP 400")
    await bench.time.go(MINUTE + 6 * SECOND)
    assert [keys for keys, _, _ in bench.book.handed] == [[BTC, XRP]]
    assert bench.closes.is_due(ETH, NOON + MINUTE + SECOND)
    del bench.venue.of[ETH]
    await bench.time.go(10 * SECOND)
    assert [keys for keys, _, _ in bench.book.handed] == [[BTC, XRP], [ETH]]
    await bench.time.go(MINUTE)
    assert bench.told(ETH) == bench.told(BTC) == [0, 1]


async def test_doubled_and_unsorted_rows_count_once(bench: Bench) -> None:
    bench.trade(0, 1)
    bench.venue.spoil = lambda rows: [*rows[::-1], *rows]
    await bench.time.go(MINUTE)
    assert bench.told() == [0]


async def test_a_correction_after_the_fact_is_told_and_ignored(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bench.trade(0, 1, 2)
    await bench.time.go(MINUTE)
    bench.venue.rows[BTC][NOON] = candle(BTC, NOON, 100.0, close=99.5)
    await bench.time.go(MINUTE)
    assert bench.told() == [0, 1]
    assert bench.book.candles[0].close == 101.0
    assert [r.getMessage() for r in caplog.records if "corrected" in r.getMessage()] == [
        f"{BTC}: the exchange corrected a candle after it was closed; ignored"
    ]


async def test_a_longer_timeframe_is_made_of_shorter_candles(bench: Bench) -> None:
    bench.closes.retime(Frame(5 * MINUTE, MINUTE))
    assert bench.closes.settled(BTC) is None
    bench.closes.watch([BTC], NOON)
    bench.trade(0, 2, 3, 5)
    await bench.time.go(5 * MINUTE)
    assert bench.told() == [0]
    made = bench.book.candles[0]
    assert (made.open, made.close, made.volume) == (100.0, 104.0, 6.0)


async def test_another_timeframe_drops_answers_to_the_old_one(bench: Bench) -> None:
    bench.trade(0, 1)
    bench.venue.slow = dict.fromkeys(KEYS, 2.0)
    await bench.time.go(MINUTE)
    assert bench.venue.asked["candles"]  # they are on their way
    bench.closes.retime(Frame(3 * MINUTE, MINUTE))
    await bench.time.go(5 * SECOND)
    assert bench.book.handed == []


async def test_symbols_that_are_not_kept_are_not_asked_for(bench: Bench) -> None:
    bench.closes.keep([XRP, BTC])
    bench.trade(0, 1)
    await bench.time.go(MINUTE)
    assert bench.book.handed[0][0] == [XRP, BTC]
    assert bench.venue.asked[ETH] == 0

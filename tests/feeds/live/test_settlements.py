"""Funding in paper: the real rates, at their times, once, for what was held then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.feeds.live.street import HOUR, MINUTE, NOON, SECOND, Floor, Time, Venue
from trader.domain.errors import VenueUnavailable
from trader.domain.quotation import FundingRate
from trader.domain.time import Millis
from trader.feeds.live.settlements import Holdings, Settlements

BTC = "binance_futures:BTC/USDT"


@dataclass
class Bench:
    """One position that exists for five hours, after a pause of nine."""

    time: Time
    venue: Venue
    floor: Floor
    opened: dict[str, Millis]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    time = Time(NOON + 10 * MINUTE)
    made = Bench(time, Venue(time), Floor(), {BTC: NOON - 5 * HOUR})
    made.venue.settled = [
        FundingRate(BTC, 0.0001, 101.0, NOON - 8 * HOUR + 3),  # before it was held
        FundingRate(BTC, 0.0002, 102.0, NOON + 3),  # while the bot was off
    ]
    holdings = Holdings(lambda: made.opened, lambda _: 100.0)
    settlements = Settlements(made.venue, made.floor, time.wall, holdings, NOON - 9 * HOUR)
    running = asyncio.create_task(settlements.run())
    await time.go(SECOND)
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_passed_while_the_bot_was_off_is_charged_at_the_start(bench: Bench) -> None:
    assert bench.floor.fundings == [(BTC, 0.0002, 102.0, NOON)]


async def test_every_full_hour_is_asked_for_twice_and_charged_once(bench: Bench) -> None:
    bench.venue.settled.append(FundingRate(BTC, 0.0003, 0.0, NOON + HOUR))
    await bench.time.go(2 * HOUR)
    assert bench.venue.asked["funding"] == 5
    assert bench.floor.fundings[1:] == [(BTC, 0.0003, 100.0, NOON + HOUR)]  # at the newest price


async def test_an_answer_that_fails_is_asked_for_again(bench: Bench) -> None:
    bench.venue.settled.append(FundingRate(BTC, 0.0003, 103.0, NOON + HOUR))
    bench.venue.trouble = VenueUnavailable("no connection")
    await bench.time.go(HOUR)
    bench.venue.trouble = None
    await bench.time.go(HOUR)
    assert bench.floor.fundings[1:] == [(BTC, 0.0003, 103.0, NOON + HOUR)]


async def test_what_is_bought_after_the_settlement_pays_nothing(bench: Bench) -> None:
    bench.venue.settled.append(FundingRate(BTC, 0.0003, 103.0, NOON + HOUR))
    bench.opened[BTC] = NOON + HOUR + SECOND
    await bench.time.go(HOUR)
    assert len(bench.floor.fundings) == 1
    bench.opened.clear()
    asked = bench.venue.asked["funding"]
    await bench.time.go(HOUR)
    assert bench.venue.asked["funding"] == asked  # nothing held, nothing asked

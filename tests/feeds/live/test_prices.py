"""Prices on their way to the engine: at once, never from a candle too early, floods conflated."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

from tests.feeds.live.street import BTC, ETH, MINUTE, NOON, SECOND, Engine, Floor, Time, calm
from trader.domain.events import PriceSeen, PricesSettled
from trader.domain.quotation import Tick
from trader.domain.time import Millis
from trader.feeds.live.prices import Prices


@dataclass
class Told:
    """Borders that the test moves: candles up to `until` are told."""

    until: dict[str, Millis] = field(default_factory=lambda: {BTC: NOON, ETH: NOON})

    def settled(self, key: str) -> Millis | None:
        return self.until.get(key)

    def is_due(self, key: str, at: Millis) -> bool:
        return key not in self.until or at - at % MINUTE > self.until[key]


class Bench:
    """Prices of two symbols."""

    def __init__(self) -> None:
        self.time, self.floor, self.engine, self.told = Time(), Floor(), Engine(), Told()
        self.prices = Prices(self.floor, self.time.wall, self.engine.listener, self.told)
        self.prices.follow([BTC, ETH])

    def trade(self, price: float, after: Millis = 0, key: str = BTC) -> None:
        """A trade so many ms after noon, heard at once."""
        self.time.at = NOON + after
        self.prices.heard(Tick(key, price, NOON + after))

    def seen(self, key: str = BTC) -> list[float]:
        return [
            e.price for e in self.engine.of(PriceSeen) if isinstance(e, PriceSeen) and e.key == key
        ]


def test_a_price_is_seen_at_once_by_the_exchange_first_and_entries_may_be_decided() -> None:
    bench = Bench()
    bench.trade(100.0, 5)
    at = NOON + 5
    assert bench.floor.prices == [(BTC, 100.0)]
    assert bench.engine.events == [PriceSeen(BTC, 100.0, at), PricesSettled(at)]
    assert bench.prices.newest(BTC) == 100.0
    assert math.isnan(bench.prices.newest(ETH))


def test_a_flood_waits_as_four_prices_and_the_exchange_sees_all() -> None:
    bench = Bench()
    bench.engine.busy = True
    for n, price in enumerate([100.0, 103.0, 90.0, *[101.0] * 1_000, 102.0]):
        bench.trade(price, n)
    assert bench.engine.events == []
    assert len(bench.floor.prices) == 1_004
    bench.prices.flush()
    assert bench.seen() == [100.0, 103.0, 90.0, 102.0]
    assert len(bench.engine.of(PricesSettled)) == 1
    bench.prices.flush()
    assert len(bench.engine.events) == 5


def test_prices_of_a_new_candle_wait_until_the_one_before_is_told() -> None:
    bench = Bench()
    bench.trade(100.0, MINUTE - 1)
    bench.trade(105.0, MINUTE + 10)
    bench.trade(104.0, MINUTE + 20)
    assert bench.seen() == [100.0]
    bench.told.until[BTC] = NOON + MINUTE
    bench.prices.release([BTC])
    assert bench.seen() == [100.0, 105.0, 104.0]


def test_what_is_held_does_not_wait_and_its_first_price_comes_again() -> None:
    bench = Bench()
    bench.engine.held[BTC] = NOON
    bench.trade(95.0, MINUTE + 10)
    assert bench.seen() == [95.0]
    bench.told.until[BTC] = NOON + MINUTE
    bench.prices.release([BTC])
    assert bench.seen() == [95.0, 95.0]  # now as the first price of its candle


def test_a_word_about_a_candle_that_is_over_comes_too_late() -> None:
    bench = Bench()
    bench.told.until[BTC] = NOON + MINUTE
    bench.time.at = NOON + MINUTE + SECOND
    bench.prices.heard(Tick(BTC, 100.0, NOON + MINUTE - 1))
    assert bench.engine.events == []
    bench.engine.held[BTC] = NOON
    bench.prices.heard(Tick(BTC, 90.0, NOON + MINUTE - 1))
    assert bench.seen() == [90.0]  # a stop counts whatever the minute


def test_nothing_is_released_where_nothing_was_traded() -> None:
    bench = Bench()
    bench.trade(100.0, 5)
    bench.told.until[BTC] = NOON + MINUTE
    bench.time.at = NOON + MINUTE + SECOND
    bench.prices.release([BTC, ETH])
    assert bench.seen() == [100.0]


def test_without_history_nothing_is_seen_and_others_symbols_never() -> None:
    bench = Bench()
    del bench.told.until[ETH]
    bench.trade(10.0, 5, ETH)
    bench.trade(3.0, 5, "upbit:XRP/KRW")
    assert bench.engine.events == []
    bench.prices.follow([BTC])
    bench.told.until[ETH] = NOON
    bench.prices.flush()
    assert bench.engine.events == []


def test_a_clock_of_the_exchange_that_runs_ahead_is_not_believed() -> None:
    bench = Bench()
    bench.prices.heard(Tick(BTC, 100.0, NOON + 2 * SECOND))
    assert bench.engine.events[0] == PriceSeen(BTC, 100.0, NOON)


async def test_what_came_while_the_engine_was_busy_is_handed_on_as_soon_as_it_is_not() -> None:
    bench = Bench()
    handing = asyncio.create_task(bench.prices.run())
    bench.engine.busy = True
    bench.trade(100.0, 5)
    await calm()
    assert bench.seen() == []
    bench.engine.busy = False
    await calm()  # no time passes
    assert bench.seen() == [100.0]
    bench.trade(101.0, 6)
    await calm()
    assert bench.seen() == [100.0, 101.0]
    handing.cancel()
    await asyncio.gather(handing, return_exceptions=True)

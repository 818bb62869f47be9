"""Perpetual contracts: their markets, prices, candles, funding and stream."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from tests.exchanges.core.market import MINUTE
from tests.exchanges.core.server import Server
from tests.venues.public.conftest import seeded
from tests.venues.public.test_exchanges import listening, until
from trader.domain.quotation import Tick
from trader.venues.real.public import PublicVenue

D = Decimal
BTC, ETH = "binance_futures:BTC/USDT", "binance_futures:ETH/USDT"


async def test_markets_by_their_own_filters(futures_data: PublicVenue) -> None:
    found = {market.key: market.rules for market in await futures_data.markets()}
    rules = found[BTC]
    assert (rules.lot_step, rules.min_cost, rules.tick_at(D(1))) == (D("0.001"), D(100), D("0.1"))
    assert (rules.maintenance_rate, rules.warned) == (0.004, False)


async def test_one_price_or_all(futures: Server, futures_data: PublicVenue) -> None:
    futures.truth.move("BTCUSDT", D(61_000))
    assert [tick.price for tick in await futures_data.prices([BTC])] == [61e3]
    assert {tick.key for tick in await futures_data.prices([BTC, ETH])} == {BTC, ETH}


async def test_candles(futures: Server, futures_data: PublicVenue) -> None:
    start = seeded(futures, "BTCUSDT", 600)
    found = await futures_data.candles(BTC, MINUTE, start + MINUTE, 550)
    assert (len(found), found[-1].time) == (550, start)
    assert len(futures.asked("GET", "/fapi/v1/klines")) == 2


async def test_funding_that_was_settled(futures: Server, futures_data: PublicVenue) -> None:
    words: Any = futures.words
    since = futures.truth.clock.now() - 1
    words.watch.charge_funding("BTCUSDT", D("0.0001"))
    rates = await futures_data.funding(BTC, since)
    assert [(rate.key, rate.rate) for rate in rates] == [(BTC, 0.0001)]
    assert rates[0].price > 0.0
    assert await futures_data.funding(ETH, since) == ()
    assert await futures_data.funding(BTC, rates[0].at + 1) == ()


async def test_the_stream(futures: Server, futures_data: PublicVenue) -> None:
    async with listening(futures_data, BTC, ETH) as ticks:
        await until(lambda: futures.hub.listening("ethusdt@aggTrade"))
        for n in range(50):
            futures.truth.move("BTCUSDT", D(60_000 + n))
        await until(lambda: len(ticks) == 50)
        assert [tick.price for tick in ticks] == [60e3 + n for n in range(50)]


async def test_mark_prices_of_one_or_all(futures: Server, futures_data: PublicVenue) -> None:
    words: Any = futures.words
    words.watch.set_mark("BTCUSDT", D("60123.4"))
    assert futures_data.marked
    (mark,) = await futures_data.marks([BTC])
    assert (mark.key, mark.price) == (BTC, 60_123.4)
    assert {tick.key for tick in await futures_data.marks([BTC, ETH])} == {BTC, ETH}
    asked = futures.asked("GET", "/fapi/v1/premiumIndex")
    assert [request.query for request in asked] == ["symbol=BTCUSDT", ""]


async def test_the_stream_of_mark_prices(futures: Server, futures_data: PublicVenue) -> None:
    words: Any = futures.words
    ticks: list[Tick] = []
    task = asyncio.create_task(futures_data.stream_marks([BTC, ETH], ticks.append))
    await until(lambda: futures.hub.listening("ethusdt@markPrice@1s"))
    futures.truth.move("BTCUSDT", D(61_000))  # a trade is none
    words.watch.set_mark("BTCUSDT", D("60123.4"))
    await until(lambda: (BTC, 60_123.4) in [(tick.key, tick.price) for tick in ticks])
    await until(lambda: any(tick.key == ETH for tick in ticks))
    assert len(futures.hub.connections) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_spot_has_no_mark_prices(spot: Server, spot_data: PublicVenue) -> None:
    assert not spot_data.marked
    assert await spot_data.marks(["binance_spot:BTC/USDT"]) == ()
    await spot_data.stream_marks(["binance_spot:BTC/USDT"], print)
    assert spot.hub.opened == 0

"""What our public data read out of loopback exchanges, by REST and on the stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.market import MINUTE
from tests.exchanges.core.server import Server
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.venues.public.conftest import seeded
from trader.domain.errors import BadInput, VenueRefused, VenueUnavailable
from trader.domain.quotation import Tick
from trader.domain.time import DAY, HOUR
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS
from trader.venues.real.public import PublicVenue
from trader.venues.real.public_questions import Question

D = Decimal
BTC, ETH, XRP = "upbit:BTC/KRW", "upbit:ETH/KRW", "upbit:XRP/KRW"
COIN = "binance_spot:BTC/USDT"


@asynccontextmanager
async def listening(public: PublicVenue, *keys: str) -> AsyncIterator[list[Tick]]:
    """Ticks as they come, until the block ends."""
    ticks: list[Tick] = []
    task = asyncio.create_task(public.stream(keys, ticks.append))
    try:
        yield ticks
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: object, seconds: float = 5.0) -> None:
    """Wait for a condition of the test."""
    assert callable(holds)
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  the other side is a server
            await asyncio.sleep(0.01)


# ------------------------------------------------------------ questions


async def test_upbit_markets_with_rules_turnover_and_warnings(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    upbit.truth.markets["KRW-XRP"].extra["warning"] = True
    upbit.truth.markets["KRW-ETH"].extra["turnover_24h"] = D(90_000_000_000)
    found = {market.key: market for market in await upbit_data.markets()}
    assert list(found) == [BTC, ETH, XRP]
    assert found[ETH].turnover == 9e10
    assert [found[key].rules.warned for key in (BTC, XRP)] == [False, True]
    assert found[BTC].rules.min_cost == 5_000
    assert found[BTC].rules.tick_at(D(150_000_000)) == 1_000


async def test_upbit_tells_the_tick_of_a_coin_that_is_an_exception(
    upbit: LoopbackUpbit, upbit_data: PublicVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = {market.key: market.rules.ticks for market in await upbit_data.markets()}
    odd = upbit.truth.markets["KRW-XRP"]
    odd.tick_at, odd.tick = None, D(5)
    ticks = {market.key: market.rules.ticks for market in await upbit_data.markets()}
    assert ticks == usual | {XRP: ((D(0), D(5)),)}
    assert len(usual[XRP]) > 5
    unknown = Question("publicGetOrderbookInstruments", {"markets": "KRW-NONE"})
    questions = replace(upbit_data._questions, ticks=lambda _: unknown)
    monkeypatch.setattr(upbit_data, "_questions", questions)
    assert {market.key: market.rules.ticks for market in await upbit_data.markets()} == usual
    assert upbit.log[-1].status == 404


async def test_binance_markets_by_their_own_filters(spot_data: PublicVenue) -> None:
    found = {market.key: market for market in await spot_data.markets()}
    rules = found[COIN].rules
    assert (rules.lot_step, rules.min_cost, rules.tick_at(D(1))) == (D("0.00001"), D(5), D("0.01"))
    assert found["binance_spot:LUNA/USDT"].rules.warned
    assert not rules.warned


async def test_prices_of_several_markets_in_one_question(
    upbit: LoopbackUpbit, upbit_data: PublicVenue, spot: Server, spot_data: PublicVenue
) -> None:
    upbit.truth.move("KRW-BTC", D(151_000_000))
    ticks = await upbit_data.prices([BTC, XRP])
    assert [(tick.key, tick.price) for tick in ticks] == [(BTC, 151e6), (XRP, 3_000.0)]
    assert ticks[0].at == upbit.truth.markets["KRW-BTC"].prints[-1].at
    assert len(upbit.asked("GET", "/v1/ticker")) == 1
    spot.truth.move("BTCUSDT", D(61_000))
    coins = await spot_data.prices([COIN, "binance_spot:ETH/USDT"])
    assert {tick.key: tick.price for tick in coins} == {COIN: 61e3, "binance_spot:ETH/USDT": 3e3}


async def test_candles_page_by_page_oldest_first_the_forming_one_too(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    start = seeded(upbit, "KRW-BTC", 700, missing=2)
    found = await upbit_data.candles(BTC, MINUTE, start + MINUTE, 450)
    assert len(found) == 450
    assert [c.time for c in found[-2:]] == [start - 3 * MINUTE, start]
    assert [c.time for c in found] == sorted({c.time for c in found})
    assert len(upbit.asked("GET", "/v1/candles/minutes/1")) == 3
    closed = await upbit_data.candles(BTC, MINUTE, start, 2)
    assert [c.time for c in closed] == [start - 4 * MINUTE, start - 3 * MINUTE]
    assert len(await upbit_data.candles(BTC, MINUTE, start + MINUTE, 9_999)) == 698
    assert (await upbit_data.candles(BTC, HOUR, start, 3))[-1].volume > 2.0
    assert (await upbit_data.candles(BTC, DAY, start, 1))[0].turnover > 0.0


async def test_candles_of_binance(spot: Server, spot_data: PublicVenue) -> None:
    start = seeded(spot, "BTCUSDT", 1_500)
    found = await spot_data.candles(COIN, MINUTE, start + MINUTE, 1_200)
    assert (len(found), found[-1].time) == (1_200, start)
    assert found[-2].turnover == 120_000.0


async def test_what_a_venue_does_not_have(upbit_data: PublicVenue) -> None:
    with pytest.raises(BadInput, match="upbit has no market DOGE/KRW"):
        await upbit_data.prices(["upbit:DOGE/KRW"])
    with pytest.raises(BadInput, match="no candles of 120 s"):
        await upbit_data.candles(BTC, 2 * MINUTE, 0, 1)
    assert await upbit_data.funding(BTC, 0) == ()


# ------------------------------------------------------------ odd answers


@pytest.mark.parametrize(
    "trouble",
    [Trouble.BROKEN_JSON, Trouble.HTML, Trouble.EMPTY, Trouble.TRUNCATED, Trouble.LOST_AFTER]
    + [Trouble.ERROR_JSON, Trouble.ERROR_HTML, Trouble.MAINTENANCE],
)
async def test_what_cannot_be_believed_is_unavailable(
    upbit: LoopbackUpbit, upbit_data: PublicVenue, trouble: Trouble
) -> None:
    fault = upbit.fault(trouble, "GET", "/v1/candles/.*", times=0)
    with pytest.raises(VenueUnavailable) as error:
        await upbit_data.candles(BTC, MINUTE, upbit.truth.clock.now(), 1)
    assert fault.fired
    assert 0 < len(str(error.value)) < 200


@pytest.mark.parametrize("in_json", [True, False])
async def test_after_too_many_questions_none_is_sent_for_a_while(
    upbit: LoopbackUpbit, upbit_data: PublicVenue, *, in_json: bool
) -> None:
    upbit.upbit.limited_in_json = in_json
    fault = upbit.fault(Trouble.LIMITED, "GET", "/v1/ticker")
    with pytest.raises(VenueUnavailable, match="fewer questions"):
        await upbit_data.prices([BTC])
    asked, before = len(upbit.log), upbit.truth.clock.now()
    await upbit_data.candles(BTC, MINUTE, before, 1)
    assert (fault.fired, len(upbit.log)) == (1, asked + 1)
    assert upbit.log[-1].at - before >= 990  # a second, until it may be asked again


async def test_an_answer_to_another_question_cannot_be_read(upbit_data: PublicVenue) -> None:
    question = Question("publicGetTicker", {"markets": "KRW-BTC"})
    with pytest.raises(VenueUnavailable, match="that cannot be read came back"):
        await upbit_data._line.ask(question, lambda rows: rows["price"])


async def test_a_list_without_markets_and_one_that_cannot_be_read(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    upbit.truth.markets.clear()
    with pytest.raises(VenueUnavailable, match="without any market"):
        await upbit_data.markets()
    for trouble in (Trouble.BROKEN_JSON, Trouble.TRUNCATED, Trouble.LIMITED, Trouble.ERROR_HTML):
        fault = upbit.fault(trouble, "GET", "/v1/market/all")
        with pytest.raises(VenueUnavailable):
            await upbit_data.markets()
        assert fault.fired == 1


async def test_a_refusal_is_a_refusal(upbit: LoopbackUpbit, upbit_data: PublicVenue) -> None:
    del upbit.truth.markets["KRW-XRP"]
    with pytest.raises(VenueRefused, match="HTTP 404"):
        await upbit_data.prices([XRP])


async def test_nobody_there_is_no_connection() -> None:
    gate = Budget(LIMITS["upbit"], int, asyncio.sleep)
    public = PublicVenue("upbit", Addresses(rest="http://127.0.0.1:9"), gate)
    with pytest.raises(VenueUnavailable, match="no connection"):
        await public.markets()
    await public.close()


# ------------------------------------------------------------ streams


async def test_the_stream_tells_every_trade_even_a_burst(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    async with listening(upbit_data, BTC, ETH) as ticks:
        await until(lambda: {tick.key for tick in ticks} == {BTC, ETH})  # as it stands now
        before = len(ticks)
        for n in range(300):
            upbit.truth.move("KRW-BTC", D(150_000_000 + 1_000 * n))
        await until(lambda: len(ticks) >= before + 300)
        assert [tick.price for tick in ticks[before:]] == [150e6 + 1e3 * n for n in range(300)]
        assert ticks[-1].at == upbit.truth.markets["KRW-BTC"].prints[-1].at
    await until(lambda: not upbit.hub.connections)


async def test_trades_of_binance(spot: Server, spot_data: PublicVenue) -> None:
    async with listening(spot_data, COIN, "binance_spot:ETH/USDT") as ticks:
        await until(lambda: spot.hub.listening("btcusdt@aggTrade"))
        for n in range(50):
            spot.truth.move("BTCUSDT", D(60_000 + n))
        spot.truth.move("ETHUSDT", D(3_001))
        await until(lambda: len(ticks) == 51)
        assert [tick.price for tick in ticks] == [*(60e3 + n for n in range(50)), 3_001.0]


async def test_a_cut_ends_the_stream_with_its_reason(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    ticks: list[Tick] = []
    task = asyncio.create_task(upbit_data.stream([BTC], ticks.append))
    await until(lambda: ticks)
    assert upbit.hub.cut() == 1
    with pytest.raises(VenueUnavailable):
        await asyncio.wait_for(task, 5)


async def test_a_stream_that_is_refused_or_complains_is_unavailable(
    upbit: LoopbackUpbit, upbit_data: PublicVenue
) -> None:
    upbit.hub.refuses = 503
    with pytest.raises(VenueUnavailable):
        await asyncio.wait_for(upbit_data.stream([BTC], lambda _: None), 5)
    upbit.hub.refuses = 0
    task = asyncio.create_task(upbit_data.stream([BTC], lambda _: None))
    await until(lambda: upbit.hub.listening("ticker:KRW-BTC"))
    upbit.hub.push("ticker:KRW-BTC", {"error": {"name": "NO_CODES"}})
    with pytest.raises(VenueUnavailable, match="NO_CODES"):
        await asyncio.wait_for(task, 5)
    await until(lambda: not upbit.hub.connections)


async def test_many_symbols_are_subscribed_in_batches(
    spot: Server, spot_data: PublicVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spot_data, "_questions", replace(spot_data._questions, batch=1))
    async with listening(spot_data, COIN, "binance_spot:ETH/USDT") as ticks:
        await until(lambda: spot.hub.listening("ethusdt@aggTrade"))
        spot.truth.move("ETHUSDT", D(3_001))
        spot.truth.move("BTCUSDT", D(60_001))
        await until(lambda: len(ticks) == 2)

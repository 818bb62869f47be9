"""Spot's market streams and user stream, watched by ccxt.pro."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchanges.binance.clients import BTC, KEY, D, Desk, spot, until
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.clock import Clock

MINUTE = 60_000


async def soon(watched: Awaitable[Any]) -> Any:
    """What a stream tells; fails after two seconds."""
    return await asyncio.wait_for(watched, 2)


async def listening(desk: Desk[SpotWords], topic: str) -> None:
    """Waits until the client listens."""
    await until(lambda: desk.server.hub.listening(topic))


def _tickers(desk: Desk[SpotWords]) -> Awaitable[Any]:
    watched: Awaitable[Any] = desk.ccxt.watch_tickers([BTC], {"name": "ticker"})
    return watched


async def _after(desk: Desk[SpotWords], watch: Awaitable[Any], topic: str, price: str) -> Any:
    """What a watch says of the first move after it listens."""
    task = asyncio.ensure_future(watch)
    await listening(desk, topic)
    desk.move(price)
    return await soon(task)


async def test_tickers_come_at_once_and_with_every_move() -> None:
    async with spot() as desk:
        found = (await soon(_tickers(desk)))[BTC]
        assert found["last"] == "60000.00000000"
        desk.move("60100")
        while found["last"] != "60100.00000000":
            found = (await soon(_tickers(desk)))[BTC]
        assert (found["last"], found["bid"], found["ask"]) == (
            "60100.00000000", "60100.00000000", "60100.01000000",
        )  # fmt: skip


async def test_mini_tickers_tell_no_book() -> None:
    async with spot() as desk:
        found = (await soon(desk.ccxt.watch_tickers([BTC])))[BTC]
        assert (found["last"], found["bid"]) == ("60000.00000000", None)


async def test_all_tickers_in_one_stream() -> None:
    async with spot() as desk:
        found = await soon(desk.ccxt.watch_tickers(None, {"name": "ticker"}))
        assert set(found) >= {BTC, "ETH/USDT", "XRP/USDT"}


async def test_best_prices() -> None:
    async with spot() as desk:
        found = await soon(desk.ccxt.watch_bids_asks([BTC]))
        assert (found[BTC]["bid"], found[BTC]["ask"]) == ("60000.00000000", "60000.01000000")


@pytest.mark.parametrize("name", ["trade", "aggTrade"])
async def test_trades(name: str) -> None:
    async with spot() as desk:
        watch = desk.ccxt.watch_trades(BTC, None, None, {"name": name})
        found = await _after(desk, watch, f"btcusdt@{name}", "60500")
        assert (found[-1]["price"], found[-1]["amount"]) == ("60500.00000000", "0.01000000")
        assert found[-1]["side"] == "buy"


async def test_candles_close_by_the_clock() -> None:
    clock = Clock()
    async with spot(clock=clock) as desk:
        clock.advance(MINUTE - clock.now() % MINUTE + 10_000)  # ten seconds into a minute
        first = await _after(desk, desk.ccxt.watch_ohlcv(BTC, "1m"), "btcusdt@kline_1m", "60200")
        start = first[-1][0]
        assert (start % MINUTE, first[-1][4]) == (0, 60_200.0)  # a stream's candles are numbers
        clock.advance(MINUTE)
        desk.move("60300")
        await until(lambda: desk.ccxt.ohlcvs[BTC]["1m"][-1][0] > start)
        second = desk.ccxt.ohlcvs[BTC]["1m"]
        assert (second[-1][0], second[-1][4]) == (start + MINUTE, 60_300.0)


async def test_a_candle_that_is_over_is_told_as_closed() -> None:
    clock = Clock()
    async with spot(clock=clock) as desk, aiohttp.ClientSession() as session:
        clock.advance(MINUTE - clock.now() % MINUTE + 10_000)  # ten seconds into a minute
        async with session.ws_connect(f"{desk.server.url}/stream/ws/0") as stream:
            topics = ["btcusdt@kline_1m"]
            await stream.send_json({"method": "SUBSCRIBE", "params": topics, "id": 7})
            assert await stream.receive_json(timeout=2) == {"result": None, "id": 7}
            desk.move("60200")
            running = await stream.receive_json(timeout=2)
            clock.advance(2 * MINUTE)  # the exchange's own beat tells of both that are over
            over = [await stream.receive_json(timeout=2) for _ in range(2)]
            await stream.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 8})
            assert (await stream.receive_json(timeout=2))["result"] == topics
        found = [(event["k"]["t"] - running["k"]["t"], event["k"]["x"]) for event in over]
        assert (running["k"]["x"], found) == (False, [(0, True), (MINUTE, True)])
        assert [event["k"]["v"] for event in over] == ["0.01000000", "0.00000000"]


async def test_tickers_come_every_second_though_nothing_moves() -> None:
    async with spot() as desk:
        await soon(_tickers(desk))
        desk.words.market.lively = True
        desk.truth.clock.advance(1_000)
        assert (await soon(_tickers(desk)))[BTC]["last"] == "60000.00000000"
        desk.words.market.lively = False
        desk.truth.clock.advance(1_000)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(_tickers(desk), 0.3)


async def test_a_book_follows() -> None:
    async with spot() as desk:
        watch = desk.ccxt.watch_order_book(BTC)
        task = asyncio.ensure_future(watch)
        await listening(desk, "btcusdt@depth@100ms")
        for price in ("60010", "60020", "60030"):
            await asyncio.sleep(0.05)
            desk.move(price)
        book = await soon(task)
        assert len(book["bids"]) >= 15


async def test_the_user_stream_tells_of_orders_fills_and_balances() -> None:
    async with spot({"USDT": "1000"}) as desk:
        tasks = [
            asyncio.ensure_future(watch)
            for watch in (desk.ccxt.watch_my_trades(BTC), desk.ccxt.watch_balance())
        ]
        await listening(desk, "user")
        placed = await desk.ccxt.create_order(
            BTC, "limit", "buy", "0.01", "59000", {"clientOrderId": "k7BE-1"}
        )
        balance = await soon(tasks[1])
        assert (balance["USDT"]["free"], balance["USDT"]["used"]) == (
            "410.00000000", "590.00000000",
        )  # fmt: skip
        desk.move("58000")
        trade = (await soon(tasks[0]))[-1]
        assert (trade["order"], trade["takerOrMaker"], trade["price"]) == (
            placed["id"], "maker", "59000.00000000",
        )  # fmt: skip
        assert trade["fee"] == {"currency": "BTC", "cost": "0.00001000"}
        order = desk.ccxt.orders[-1]
        assert (order["clientOrderId"], order["status"]) == ("k7BE-1", "closed")


async def test_a_cancel_is_told_by_the_orders_own_id() -> None:
    async with spot() as desk:
        task = asyncio.ensure_future(desk.ccxt.watch_orders(BTC))
        await listening(desk, "user")
        params = {"clientOrderId": "k7BE-1"}
        placed = await desk.ccxt.create_order(BTC, "limit", "buy", "0.01", "50000", params)
        await soon(task)
        task = asyncio.ensure_future(desk.ccxt.watch_orders(BTC))
        await desk.ccxt.cancel_order(placed["id"], BTC)
        order = (await soon(task))[-1]
        assert (order["clientOrderId"], order["status"]) == ("k7BE-1", "canceled")
        assert order["info"]["c"] != "k7BE-1"


async def test_both_legs_of_a_list_are_told_of() -> None:
    async with spot() as desk:
        task = asyncio.ensure_future(desk.ccxt.watch_orders())
        await listening(desk, "user")
        await desk.ccxt.privatePostOrderListOco({
            "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "aboveType": "LIMIT_MAKER",
            "abovePrice": "63000", "belowType": "STOP_LOSS", "belowStopPrice": "57000",
            "aboveClientOrderId": "T", "belowClientOrderId": "S",
        })  # fmt: skip
        await soon(task)
        desk.move("56000")
        await asyncio.sleep(0.05)
        states = {o["clientOrderId"]: o["status"] for o in desk.ccxt.orders}
        assert states == {"T": "expired", "S": "closed"}


async def test_a_deposit_is_told_of_twice_and_ccxt_counts_it_twice() -> None:
    async with spot() as desk:
        task = asyncio.ensure_future(desk.ccxt.watch_balance())
        await listening(desk, "user")
        desk.words.transfer("USDT", D(5))
        await soon(task)  # the new total, and then the difference, which ccxt adds to it
        await until(lambda: desk.ccxt.balance["spot"]["USDT"]["free"] == "10010")
        assert (await desk.ccxt.fetch_balance())["USDT"]["free"] == "10005.00000000"


async def test_a_wrong_signature_is_refused_on_the_socket() -> None:
    async with spot() as desk:
        desk.ccxt.secret = KEY.key
        with pytest.raises(KeyError, match="spot"):  # ccxt stumbles over its own -1022
            await soon(desk.ccxt.watch_orders())
        assert desk.server.hub.listening("user") == 0


async def test_a_silent_stream_stays_open_and_says_nothing() -> None:
    async with spot() as desk:
        await soon(_tickers(desk))
        desk.server.hub.silent = True
        desk.move("61000")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(_tickers(desk), 0.2)
        assert sum(c.dropped for c in desk.server.hub.connections) > 0
        desk.server.hub.silent = False
        task = asyncio.ensure_future(_tickers(desk))
        desk.move("62000")
        assert (await soon(task))[BTC]["last"] == "62000.00000000"


async def test_a_cut_stream_fails_and_comes_back() -> None:
    async with spot() as desk:
        await soon(desk.ccxt.watch_tickers([BTC]))
        task = asyncio.ensure_future(desk.ccxt.watch_tickers([BTC]))
        await asyncio.sleep(0.02)
        assert desk.server.hub.cut() == 1
        with pytest.raises(ccxt.NetworkError):
            await soon(task)
        assert (await soon(desk.ccxt.watch_tickers([BTC])))[BTC]["last"] == "60000.00000000"
        assert desk.server.hub.opened == 2


async def test_a_fill_that_is_never_told() -> None:
    async with spot() as desk:
        watch = asyncio.ensure_future(desk.ccxt.watch_my_trades())
        await listening(desk, "user")
        desk.server.hub.muted = {"executionReport"}
        await desk.ccxt.create_order(BTC, "market", "buy", "0.01")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch, 0.1)
        assert desk.server.hub.kept_back == 2
        assert len(await desk.ccxt.fetch_my_trades(BTC)) == 1


async def test_a_user_stream_that_the_exchange_ends() -> None:
    async with spot() as desk:
        task = asyncio.ensure_future(desk.ccxt.watch_orders())
        await listening(desk, "user")
        desk.words.user.terminate()
        await asyncio.sleep(0.05)
        await desk.ccxt.create_order(BTC, "market", "buy", "0.01")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(task, 0.1)


async def test_who_sends_too_many_messages_a_second_is_cut_off() -> None:
    async with spot() as desk, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{desk.server.url}/stream/ws/0") as stream:
            for number in range(6):
                await stream.send_json({"method": "LIST_SUBSCRIPTIONS", "id": number})
            for number in range(5):
                assert (await stream.receive_json(timeout=2))["id"] == number
            assert (await stream.receive(timeout=2)).type is not aiohttp.WSMsgType.TEXT
        await until(lambda: not desk.server.hub.connections)

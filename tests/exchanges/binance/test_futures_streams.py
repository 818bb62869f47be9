"""USD-M's market streams and user stream, watched by ccxt.pro."""

import asyncio
import json
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchanges.binance.clients import PERP, D, Desk, futures, until
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.binance.futures_user import HOUR
from tests.exchanges.binance.test_futures_orders import isolated
from tests.exchanges.binance.test_spot_streams import soon


async def _user(desk: Desk[FuturesWords]) -> None:
    """Waits until the user stream is connected."""
    await until(desk.words.watch.user.listeners)


async def _topic(desk: Desk[FuturesWords], topic: str) -> None:
    await until(lambda: desk.server.hub.listening(topic))


async def test_market_streams_by_their_own_paths() -> None:
    async with futures() as desk:
        pro = desk.ccxt
        tickers = await soon(pro.watch_tickers([PERP], {"name": "ticker"}))
        assert (tickers[PERP]["last"], tickers[PERP]["bid"]) == ("60000.00000000", None)
        best = await soon(pro.watch_bids_asks([PERP]))
        assert best[PERP]["ask"] == "60000.10000000"
        mark = await soon(pro.watch_mark_price(PERP))
        assert mark["markPrice"] == "60000.00000000"
        paths = {connection.path.split("/")[1] for connection in desk.server.hub.connections}
        assert paths == {"public", "market"}


async def test_trades_candles_and_marks_follow_the_price() -> None:
    async with futures() as desk:
        trades = asyncio.ensure_future(desk.ccxt.watch_trades(PERP))
        candles = asyncio.ensure_future(desk.ccxt.watch_ohlcv(PERP, "1m"))
        await _topic(desk, "btcusdt@trade")
        await _topic(desk, "btcusdt@kline_1m")
        desk.move("60500")
        assert (await soon(trades))[-1]["price"] == "60500.00000000"
        assert (await soon(candles))[-1][4] == 60_500.0
        await soon(desk.ccxt.watch_mark_price(PERP))
        desk.words.watch.set_mark("BTCUSDT", D(60_400))
        assert (await soon(desk.ccxt.watch_mark_price(PERP)))["markPrice"] == "60400.00000000"


async def test_the_user_stream_tells_of_orders_fills_balances_and_positions() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        desk.ccxt.options["watchPositions"] = {"fetchPositionsSnapshot": False}
        watches = [
            asyncio.ensure_future(watch)
            for watch in (
                desk.ccxt.watch_my_trades(PERP), desk.ccxt.watch_balance(),
                desk.ccxt.watch_positions([PERP]),
            )
        ]  # fmt: skip
        await _user(desk)
        ask = (PERP, "market", "buy", "0.01", None, {"clientOrderId": "k7FE-1"})
        placed = await desk.ccxt.create_order(*ask)
        trade = (await soon(watches[0]))[-1]
        assert (trade["order"], trade["amount"], trade["fee"]) == (
            placed["id"], "0.010", {"cost": "0.30000050", "currency": "USDT"},
        )  # fmt: skip
        balance = await soon(watches[1])
        assert balance["USDT"]["total"] == "999.69999950"
        position = (await soon(watches[2]))[-1]
        assert (position["side"], position["contracts"], position["marginMode"]) == (
            "long", "0.01", "isolated",
        )  # fmt: skip
        order = desk.ccxt.orders[-1]
        assert (order["clientOrderId"], order["status"]) == ("k7FE-1", "closed")


async def test_a_conditional_order_is_told_of_and_its_child_is_another_one() -> None:
    async with futures() as desk:
        watch = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        params = {"stopPrice": "57000", "reduceOnly": True, "clientOrderId": "k7FS-1"}
        await desk.ccxt.create_order(PERP, "STOP_MARKET", "sell", "0.01", None, params)
        await soon(watch)
        desk.move("56000")
        await asyncio.sleep(0.05)
        told = {o["id"]: o for o in desk.ccxt.orders}
        algo = told["900001"]
        assert (algo["clientOrderId"], algo["status"], algo["info"]["X"]) == (
            "k7FS-1", "closed", "FINISHED",
        )  # fmt: skip
        child = told[algo["info"]["ai"]]
        assert (child["status"], child["filled"], child["reduceOnly"]) == ("closed", "0.010", True)


async def test_a_liquidation_is_told_by_its_client_id() -> None:
    async with futures() as desk:
        await isolated(desk, 3)
        watch = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        await soon(watch)
        desk.move("40000")
        await asyncio.sleep(0.05)
        last = desk.ccxt.orders[-1]
        assert (last["clientOrderId"][:10], last["status"]) == ("autoclose-", "closed")
        assert last["info"]["x"] == "CALCULATED"


async def test_the_raw_events() -> None:
    async with futures() as desk, aiohttp.ClientSession() as session:
        key = (await desk.ccxt.fapiPrivatePostListenKey())["listenKey"]
        url = f"{desk.server.url}/private/ws?listenKey={key}"
        async with session.ws_connect(url) as stream:
            await _user(desk)
            await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
            await desk.ccxt.set_leverage(5, PERP)
            desk.words.watch.charge_funding("BTCUSDT", D("0.0001"))
            desk.words.watch.margin_call("BTCUSDT")
            told: list[Any] = [json.loads(await stream.receive_str(timeout=2)) for _ in range(7)]
        assert [event["e"] for event in told] == [
            "ORDER_TRADE_UPDATE", "TRADE_LITE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE",
            "ACCOUNT_CONFIG_UPDATE", "ACCOUNT_UPDATE", "MARGIN_CALL",
        ]  # fmt: skip
        assert [event["a"]["m"] for event in told if "a" in event] == ["ORDER", "FUNDING_FEE"]
        assert told[5]["a"]["P"] == []  # crossed: no position changed
        assert (told[3]["o"]["x"], told[3]["o"]["X"], told[3]["o"]["rp"]) == (
            "TRADE", "FILLED", "0.00000000",
        )  # fmt: skip


async def test_an_expired_listen_key_means_silence() -> None:
    async with futures() as desk:
        watch = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        desk.truth.clock.advance(HOUR)
        await asyncio.sleep(0.2)  # the exchange's own beat
        assert desk.words.watch.user.key == ""
        await desk.ccxt.load_time_difference()
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch, 0.1)
        asked = desk.ccxt.fapiPrivatePutListenKey()
        assert (await desk.refusal(asked))[0] == -1125


async def test_a_listen_key_lives_while_it_is_asked_for() -> None:
    async with futures() as desk:
        first = await desk.ccxt.fapiPrivatePostListenKey()
        desk.truth.clock.advance(HOUR - 1_000)
        assert await desk.ccxt.fapiPrivatePutListenKey() == first
        desk.truth.clock.advance(HOUR - 1_000)
        desk.words.beat()
        assert await desk.ccxt.fapiPrivatePostListenKey() == first
        await desk.ccxt.fapiPrivateDeleteListenKey()
        assert await desk.ccxt.fapiPrivatePostListenKey() != first


async def test_a_fill_that_is_never_told() -> None:
    async with futures() as desk:
        watch = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        desk.server.hub.muted = {"ORDER_TRADE_UPDATE", "TRADE_LITE"}
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch, 0.1)
        assert desk.server.hub.kept_back == 3
        assert len(await desk.ccxt.fetch_my_trades(PERP)) == 1


async def test_a_cut_user_stream_fails_and_comes_back() -> None:
    async with futures() as desk:
        watch = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        desk.server.hub.cut()
        with pytest.raises(ccxt.NetworkError):
            await soon(watch)
        again = asyncio.ensure_future(desk.ccxt.watch_orders())
        await _user(desk)
        await desk.ccxt.create_order(PERP, "market", "buy", "0.01")
        assert (await soon(again))[-1]["symbol"] == PERP


async def test_all_mark_prices_come_in_one_message_every_second() -> None:
    async with futures() as desk:
        desk.words.watch.set_mark("ETHUSDT", D("2999.5"))
        pro = desk.ccxt
        desk.words.market.lively = True
        marks = await soon(pro.watch_mark_prices())
        assert {"BTC/USDT:USDT", "ETH/USDT:USDT"} <= set(marks)
        assert desk.server.hub.listening("!markPrice@arr@1s") == 1
        assert marks["ETH/USDT:USDT"]["markPrice"] == "2999.50000000"
        again = await soon(pro.watch_mark_prices())
        assert set(again) == set(marks)

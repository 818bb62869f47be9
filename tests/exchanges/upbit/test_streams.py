"""The loopback Upbit's WebSocket, through the real ccxt and by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from decimal import Decimal
from typing import Any

import aiohttp
import ccxt
import pytest

from tests.exchanges.core.orders import Order
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.exchanges.upbit.streams import PRIVATE, PUBLIC

D = Decimal
TICKET = {"ticket": "t"}


async def _soon(answer: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(answer, 3)


async def _until(upbit: LoopbackUpbit, topic: str) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(3):
        while not upbit.hub.listening(topic):  # noqa: ASYNC110 (the hub is no event)
            await asyncio.sleep(0.005)


@pytest.fixture
async def socket(upbit: LoopbackUpbit) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{upbit.url}{PUBLIC}") as stream,
    ):
        yield stream


async def _said(socket: aiohttp.ClientWebSocketResponse, *parts: Any) -> Any:
    await socket.send_str(parts[0] if isinstance(parts[0], str) else json.dumps(parts))
    return await _heard(socket)


async def _heard(socket: aiohttp.ClientWebSocketResponse) -> Any:
    return json.loads(await socket.receive_bytes(timeout=3))


async def test_tickers_first_a_picture_then_what_happens(upbit: LoopbackUpbit, client: Any) -> None:
    first = await _soon(client.watch_ticker("BTC/KRW"))
    assert (first["last"], first["info"]["stream_type"]) == ("150000000.0", "SNAPSHOT")
    upbit.truth.move("KRW-BTC", D(150_500_000))
    second = await _soon(client.watch_ticker("BTC/KRW"))
    assert (second["last"], second["info"]["stream_type"]) == ("150500000.0", "REALTIME")
    assert second["info"]["market_warning"] == "NONE"


async def test_trades(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_trades("BTC/KRW"))
    await _until(upbit, "trade:KRW-BTC")
    upbit.truth.move("KRW-BTC", D(150_500_000), D("0.3"), "sell")
    trades = await _soon(watching)
    assert [(t["price"], t["amount"], t["side"]) for t in trades] == [
        ("150500000.0", "0.3", "sell")
    ]
    printed = upbit.truth.markets["KRW-BTC"].prints[-1]
    assert trades[0]["id"] == str(printed.at * 10_000 + printed.number % 10_000)


async def test_order_books(upbit: LoopbackUpbit, client: Any) -> None:
    book = await _soon(client.watch_order_book("BTC/KRW"))
    assert (book["bids"][0][0], book["asks"][0][0]) == (150e6, 150.001e6)
    upbit.truth.depth("KRW-BTC", [(D(149_000_000), D(1))], [(D(150_000_000), D(2))])
    book = await _soon(client.watch_order_book("BTC/KRW"))
    assert (book["bids"], book["asks"]) == ([[149e6, 1.0]], [[150e6, 2.0]])


async def test_candles_of_a_second(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_ohlcv("BTC/KRW", "1s"))
    await _until(upbit, "candle.1s:KRW-BTC")
    upbit.truth.move("KRW-BTC", D(150_500_000), D("0.3"))
    candle = await _soon(watching)
    at = upbit.truth.markets["KRW-BTC"].prints[-1].at
    assert candle == [at // 1_000 * 1_000, *["150500000.0"] * 4, "0.3"]


async def test_my_orders_from_taken_to_ended(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    order = await client.create_order(
        "BTC/KRW", "limit", "buy", 0.02, 149_000_000, {"clientOrderId": "aaU-1"}
    )
    seen = [(o["id"], o["clientOrderId"], o["status"], o["filled"]) for o in await _soon(watching)]
    assert seen == [(order["id"], "aaU-1", "open", "0.0")]
    upbit.truth.liquidity("KRW-BTC", D("0.005"))
    upbit.truth.move("KRW-BTC", D(148_000_000))
    (part,) = await _soon(client.watch_orders())
    assert (part["status"], part["filled"], part["remaining"]) == ("open", "0.005", "0.015")
    assert part["info"]["state"] == "trade"
    assert (part["info"]["is_maker"], part["info"]["trade_fee"]) == (True, 372.5)
    await client.cancel_order(order["id"])
    (ended,) = await _soon(client.watch_orders())
    assert (ended["status"], ended["filled"]) == ("canceled", "0.005")


async def test_my_fills(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_my_trades())
    await _until(upbit, "myOrder")
    await client.create_order("BTC/KRW", "market", "buy", 30_000)
    (fill,) = await _soon(watching)
    trade = upbit.truth.trades[0]
    assert (fill["price"], fill["amount"]) == ("150001000.0", str(trade.quantity))
    assert fill["fee"]["cost"] == str(float(trade.fee))
    found = await client.fetch_order(fill["order"])
    assert found["trades"][0]["id"] == fill["id"]  # the same fill by both ways


async def test_balances_tell_only_what_changed(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_balance())
    await _until(upbit, "myAsset")
    upbit.truth.transfer("KRW", D(5))
    balance = await _soon(watching)
    assert balance["KRW"] == {"free": "10000005.0", "used": "0.0", "total": "10000005"}
    assert "BTC" not in balance
    upbit.truth.by_hand(Order("KRW-BTC", "buy", "market", cost=D(1_000_000)))
    while "BTC" not in balance:
        balance = await _soon(client.watch_balance())
    assert balance["BTC"]["total"] == str(float(upbit.truth.accounts.of("BTC").total))


async def test_a_silent_stream_says_nothing_at_all(upbit: LoopbackUpbit, client: Any) -> None:
    await _soon(client.watch_ticker("BTC/KRW"))
    upbit.hub.silent = True
    upbit.truth.move("KRW-BTC", D(150_500_000))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.watch_ticker("BTC/KRW"), 0.1)
    assert [connection.dropped > 0 for connection in upbit.hub.connections] == [True]
    upbit.hub.silent = False
    upbit.truth.move("KRW-BTC", D(151_000_000))
    assert (await _soon(client.watch_ticker("BTC/KRW")))["last"] == "151000000.0"


async def test_a_cut_stream_is_connected_anew(upbit: LoopbackUpbit, client: Any) -> None:
    await _soon(client.watch_ticker("BTC/KRW"))
    watching = asyncio.create_task(client.watch_ticker("BTC/KRW"))
    await asyncio.sleep(0)
    assert upbit.hub.cut() == 1
    with pytest.raises(ccxt.NetworkError):
        await _soon(watching)
    upbit.truth.move("KRW-BTC", D(150_500_000))  # nobody heard this
    again = await _soon(client.watch_ticker("BTC/KRW"))
    assert (again["last"], again["info"]["stream_type"]) == ("150500000.0", "SNAPSHOT")
    assert upbit.hub.opened == 2


async def test_a_fill_while_the_stream_is_down_is_never_told(
    upbit: LoopbackUpbit, client: Any
) -> None:
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    upbit.hub.cut(PRIVATE)
    with pytest.raises(ccxt.NetworkError):
        await _soon(watching)
    await client.create_order("BTC/KRW", "market", "buy", 30_000)
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watching, 0.1)


async def test_fills_may_be_kept_back_while_prices_flow(upbit: LoopbackUpbit, client: Any) -> None:
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    upbit.hub.muted.add("myOrder")
    await client.create_order("BTC/KRW", "market", "buy", 30_000)
    await _soon(client.watch_ticker("BTC/KRW"))
    assert (watching.done(), upbit.hub.kept_back) == (False, 3)  # taken, filled, ended
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_token_that_serves_one_connection(upbit: LoopbackUpbit, client: Any) -> None:
    """ccxt makes the private token once and uses it again when it reconnects."""
    upbit.upbit.gate.streams_once = True
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    upbit.hub.cut()
    with pytest.raises(ccxt.NetworkError):
        await _soon(watching)
    with pytest.raises(ccxt.BaseError):
        await _soon(client.watch_orders())
    assert [a.status for a in upbit.asked("GET", PRIVATE)] == [101, 401]
    del client.options["ws"]["token"]  # the remedy: a token for every connection
    watching = asyncio.create_task(client.watch_orders())
    await _until(upbit, "myOrder")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("nonsense",), "WRONG_FORMAT"),
        (({"type": "ticker", "codes": ["KRW-BTC"]},), "NO_TICKET"),
        ((TICKET,), "NO_TYPE"),
        ((TICKET, {"codes": ["KRW-BTC"]}), "NO_TYPE"),
        ((TICKET, {"type": "ticker"}), "NO_CODES"),
        ((TICKET, {"type": "myOrder"}), "INVALID_PARAM"),
    ],
)
async def test_wrong_requests(
    socket: aiohttp.ClientWebSocketResponse, parts: tuple[Any, ...], name: str
) -> None:
    assert (await _said(socket, *parts))["error"]["name"] == name


async def test_a_ping_in_words_even_in_silence(
    upbit: LoopbackUpbit, socket: aiohttp.ClientWebSocketResponse
) -> None:
    upbit.hub.silent = True
    assert await _said(socket, "PING") == {"status": "UP"}


async def test_a_request_replaces_the_one_before(
    upbit: LoopbackUpbit, socket: aiohttp.ClientWebSocketResponse
) -> None:
    bitcoin = {"type": "ticker", "codes": ["KRW-BTC"], "is_only_realtime": True}
    await socket.send_str(json.dumps([TICKET, bitcoin, {"format": "DEFAULT"}]))
    snapshot = {"type": "orderbook", "codes": ["KRW-ETH.5"], "is_only_snapshot": True}
    assert (await _said(socket, TICKET, snapshot))["code"] == "KRW-ETH"
    assert upbit.hub.listening("ticker:KRW-BTC") == 0
    assert upbit.hub.listening("orderbook:KRW-ETH") == 0


async def test_too_many_messages_end_the_connection(
    upbit: LoopbackUpbit, socket: aiohttp.ClientWebSocketResponse
) -> None:
    for _ in range(6):
        await socket.send_str(json.dumps([TICKET, {"type": "trade", "codes": ["KRW-BTC"]}]))
    assert (await socket.receive(timeout=3)).type in {
        aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR,
    }  # fmt: skip
    assert upbit.budgets.refused["websocket-message"] == 1


async def test_too_many_messages_of_a_minute(
    upbit: LoopbackUpbit, socket: aiohttp.ClientWebSocketResponse
) -> None:
    for _ in range(100):
        upbit.truth.clock.advance(500)
        await _said(socket, TICKET, {"type": "orderbook", "codes": ["KRW-BTC"]})
    upbit.truth.clock.advance(500)
    assert upbit.budgets.refused["websocket-message"] == 0
    await socket.send_str("[]")
    assert (await socket.receive(timeout=3)).type in {
        aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR,
    }  # fmt: skip


async def test_too_many_connections_are_refused(upbit: LoopbackUpbit) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            await (await session.ws_connect(f"{upbit.url}{PUBLIC}")).close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{upbit.url}{PUBLIC}")
        assert refused.value.status == 429


async def test_private_streams_want_a_token(upbit: LoopbackUpbit) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{upbit.url}{PRIVATE}")
    assert refused.value.status == 401

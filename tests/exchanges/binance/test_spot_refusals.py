"""What spot refuses, with which code and which words, as ccxt passes it on."""

from typing import Any

import pytest

from tests.exchanges.binance.clients import BTC, D, spot

_ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
          "quantity": "0.01", "price": "59000"}  # fmt: skip
_MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
_STOP = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.01",
         "stopPrice": "58000"}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "code", "text"),
    [
        (_ORDER | {"price": "59000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        (_ORDER | {"price": "59000.123456789"}, -1111, "Parameter 'price' has too much precision."),
        (_ORDER | {"quantity": "0.010001"}, -1013, "Filter failure: LOT_SIZE"),
        (_ORDER | {"quantity": "0.0100000001"}, -1111, "precision"),
        (_ORDER | {"price": "11000"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (_ORDER | {"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        (_MARKET | {"quantity": "130"}, -1013, "Filter failure: MARKET_LOT_SIZE"),
        (_MARKET | {"quantity": "0"}, -1013, "Filter failure: LOT_SIZE"),
        (_MARKET | {"quantity": "1"}, -2010, "Account has insufficient balance"),
        (_MARKET | {"quantity": "-1"}, -1100, "Illegal characters found in parameter 'quantity'"),
        (_MARKET | {"price": "59000"}, -1106, "Parameter 'price' sent when not required."),
        (_MARKET | {"timeInForce": "GTC"}, -1106, "timeInForce"),
        (_MARKET | {"reduceOnly": "true"}, -1104, "read '8' parameter(s) but was sent '9'"),
        (_MARKET | {"quoteOrderQty": "10"}, -1128, "Combination"),
        (_MARKET | {"newClientOrderId": "a b"}, -1100, "newClientOrderId"),
        (_MARKET | {"newClientOrderId": "x" * 37}, -1100, "newClientOrderId"),
        (_MARKET | {"symbol": "NOSUCH"}, -1121, "Invalid symbol."),
        (_MARKET | {"symbol": "LUNAUSDT"}, -1013, "Market is closed."),
        (_MARKET | {"side": "HOLD"}, -1117, "Invalid side."),
        (_MARKET | {"type": "TRAILING"}, -1116, "Invalid orderType."),
        (_ORDER | {"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        (_STOP | {"stopPrice": "61000"}, -2010, "Stop price would trigger immediately."),
        (_STOP | {"type": "TAKE_PROFIT"}, -2010, "Stop price would trigger immediately."),
    ],
)  # fmt: skip
async def test_refused_orders(asked: dict[str, Any], code: int, text: str) -> None:
    async with spot() as desk:
        found = await desk.refusal(desk.ccxt.privatePostOrder(asked))
        assert found[0] == code
        assert text in found[1]
        assert desk.truth.orders == []


async def test_a_maker_must_not_take() -> None:
    async with spot() as desk:
        ask = (BTC, "limit", "buy", "0.01", "60100", {"postOnly": True})
        found = await desk.refusal(desk.ccxt.create_order(*ask))
        assert found == (-2010, "Order would immediately match and take.")


async def test_only_so_many_stops_wait_in_a_market() -> None:
    async with spot() as desk:
        for _ in range(5):
            await desk.ccxt.privatePostOrder(_STOP)
        found = await desk.refusal(desk.ccxt.privatePostOrder(_STOP))
        assert found == (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS")


async def test_a_barred_account_does_not_trade() -> None:
    async with spot() as desk:
        desk.words.desk.can_trade = False
        assert (await desk.refusal(desk.ccxt.privatePostOrder(_MARKET)))[0] == -2010
        assert (await desk.ccxt.privateGetAccount())["canTrade"] is False


@pytest.mark.parametrize("shape", ["ACK", "RESULT", "FULL"])
async def test_shapes_of_the_answer(shape: str) -> None:
    async with spot() as desk:
        answer = await desk.ccxt.privatePostOrder(_MARKET | {"newOrderRespType": shape})
        assert ("status" in answer, "fills" in answer) == (shape != "ACK", shape == "FULL")
        assert desk.truth.orders[0].filled == D("0.01")


async def test_all_open_orders_of_a_market_are_cancelled_together() -> None:
    async with spot() as desk:
        for _ in range(2):
            await desk.ccxt.privatePostOrder(_ORDER | {"quantity": "0.001"})
        assert len(await desk.ccxt.cancel_all_orders(BTC)) == 2
        assert desk.truth.accounts.of("USDT").locked == 0
        assert (await desk.refusal(desk.ccxt.cancel_all_orders(BTC)))[0] == -2011

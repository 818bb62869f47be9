"""The life of USD-M orders, positions and the account behind them, by ccxt."""

from typing import Any

import ccxt
import pytest

from tests.exchanges.binance.clients import PERP, D, Desk, futures
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.core.orders import Order, State

_ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
_LIMIT = _ORDER | {"type": "LIMIT", "price": "59000", "timeInForce": "GTC"}
_OUT = {"side": "SELL", "reduceOnly": "true"}


async def isolated(desk: Desk[FuturesWords], leverage: int = 3) -> None:
    """Isolated margin and a leverage, as the product sets them."""
    await desk.ccxt.set_margin_mode("isolated", PERP)
    await desk.ccxt.set_leverage(leverage, PERP)


async def test_markets_are_perpetuals_in_usdt() -> None:
    async with futures() as desk:
        found = desk.ccxt.markets[PERP]
        assert (found["precision"]["price"], found["precision"]["amount"]) == ("0.1", "0.001")
        assert (found["limits"]["cost"]["min"], found["linear"]) == ("100", True)
        tiers = await desk.ccxt.fetch_leverage_tiers([PERP])
        assert [t["maxLeverage"] for t in tiers[PERP]] == ["125", "100", "50"]


async def test_a_round_trip_moves_the_wallet_by_profit_and_fees() -> None:
    async with futures() as desk:
        await isolated(desk)
        ask = (PERP, "market", "buy", "0.01", None, {"clientOrderId": "k7FE-1"})
        bought = await desk.ccxt.create_order(*ask)
        assert (bought["status"], bought["average"], bought["filled"]) == (
            "closed", "60000.10000", "0.010",
        )  # fmt: skip
        position = (await desk.ccxt.fetch_positions([PERP]))[0]
        assert (position["side"], position["contracts"], position["entryPrice"]) == (
            "long", "0.01", "60000.10000000",
        )  # fmt: skip
        desk.move("61000")
        params = {"reduceOnly": True, "clientOrderId": "k7FX-1"}
        await desk.ccxt.create_order(PERP, "market", "sell", "0.01", None, params)
        assert await desk.ccxt.fetch_positions([PERP]) == []
        profit = (D(61_000) - D("60000.1")) * D("0.01")
        fees = (D("0.3000005"), D("0.305"))
        assert desk.held("USDT") == 1_000 + profit - sum(fees)
        trades = await desk.ccxt.fetch_my_trades(PERP)
        assert [D(t["fee"]["cost"]) for t in trades] == list(fees)
        assert [D(t["info"]["realizedPnl"]) for t in trades] == [0, profit]


async def test_the_default_answer_tells_nothing_of_the_fill() -> None:
    async with futures() as desk:
        answer = await desk.ccxt.fapiPrivatePostOrder(_ORDER)
        assert (answer["status"], answer["executedQty"]) == ("NEW", "0.000")
        assert desk.truth.orders[0].state is State.DONE
        found = await desk.ccxt.fetch_order(answer["orderId"], PERP)
        assert (found["status"], found["filled"]) == ("closed", "0.010")


async def test_a_limit_order_rests_fills_and_is_cancelled() -> None:
    async with futures() as desk:
        params = {"clientOrderId": "k7FE-2"}
        placed = await desk.ccxt.create_order(PERP, "limit", "buy", "0.01", "59000", params)
        assert [o["id"] for o in await desk.ccxt.fetch_open_orders(PERP)] == [placed["id"]]
        again = desk.ccxt.create_order(PERP, "limit", "buy", "0.01", "59000", params)
        assert (await desk.refusal(again))[0] == -4116
        desk.truth.liquidity("BTCUSDT", D("0.004"))
        desk.move("58000")
        found = await desk.ccxt.fetch_order(None, PERP, {"origClientOrderId": "k7FE-2"})
        assert (found["status"], found["filled"]) == ("open", "0.004")
        gone = await desk.ccxt.cancel_order(None, PERP, {"origClientOrderId": "k7FE-2"})
        assert (gone["status"], gone["filled"]) == ("canceled", "0.004")
        with pytest.raises(ccxt.OrderNotFound, match="-2011"):
            await desk.ccxt.cancel_order(placed["id"], PERP)
        missing = {"origClientOrderId": "never"}
        assert (await desk.refusal(desk.ccxt.fetch_order(None, PERP, missing)))[0] == -2013
        assert len(await desk.ccxt.fetch_orders(PERP)) == 1


async def test_the_same_client_id_after_a_fill_is_a_second_order() -> None:
    async with futures() as desk:
        for _ in range(2):
            await desk.ccxt.fapiPrivatePostOrder(_ORDER | {"newClientOrderId": "same"})
        assert len(desk.truth.by_client("same")) == 2
        assert desk.words.desk.position("BTCUSDT").amount == D("0.02")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (_ORDER | {"type": "STOP_MARKET", "stopPrice": "57000"}, -4120),
        (_ORDER | {"type": "TAKE_PROFIT_MARKET", "stopPrice": "63000"}, -4120),
        (_ORDER | {"quantity": "0.0001"}, -1111),
        (_ORDER | {"quantity": "0"}, -4003),
        (_ORDER | {"quantity": "121"}, -4005),
        (_ORDER | {"quantity": "0.001"}, -4164),
        (_ORDER | {"quantity": "1"}, -2019),
        (_ORDER | _OUT, -2022),
        (_ORDER | {"reduceOnly": "true"}, -2022),
        (_ORDER | {"symbol": "NOSUCH"}, -1121),
        (_ORDER | {"positionSide": "LONG"}, -4061),
        (_ORDER | {"newClientOrderId": "a b"}, -1100),
        (_LIMIT | {"price": "59000.01"}, -1111),
        (_LIMIT | {"price": "64000"}, -4016),
        (_LIMIT | {"side": "SELL", "price": "50000"}, -4024),
        (_LIMIT | {"price": "60100", "timeInForce": "GTX"}, -5022),
        (_LIMIT | {"timeInForce": "DAY"}, -1115),
        ({"symbol": "ETHUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.006"}, -4164),
    ],
)
async def test_refused_orders(asked: dict[str, Any], code: int) -> None:
    async with futures() as desk:
        assert (await desk.refusal(desk.ccxt.fapiPrivatePostOrder(asked)))[0] == code
        assert desk.truth.orders == []


async def test_reduce_only_never_turns_a_position_round() -> None:
    async with futures() as desk:
        await desk.ccxt.fapiPrivatePostOrder(_ORDER)
        resting = _LIMIT | _OUT | {"price": "62000"}
        await desk.ccxt.fapiPrivatePostOrder(resting)
        sold = await desk.ccxt.fapiPrivatePostOrder(_ORDER | _OUT | {"quantity": "0.02"})
        assert sold["origQty"] == "0.010"
        assert desk.words.desk.position("BTCUSDT").amount == 0
        assert desk.truth.orders[1].state is State.EXPIRED
        assert (await desk.refusal(desk.ccxt.fapiPrivatePostOrder(_ORDER | _OUT)))[0] == -2022


async def test_a_resting_exit_shrinks_with_the_position() -> None:
    async with futures() as desk:
        await desk.ccxt.fapiPrivatePostOrder(_ORDER)
        await desk.ccxt.fapiPrivatePostOrder(_LIMIT | _OUT | {"price": "62000"})
        desk.truth.by_hand(Order("BTCUSDT", "sell", "market", quantity=D("0.004")))
        assert desk.truth.orders[1].quantity == D("0.006")
        desk.move("62000")
        assert desk.words.desk.position("BTCUSDT").amount == 0


async def test_a_position_too_large_for_its_leverage() -> None:
    async with futures("10000") as desk:
        await desk.ccxt.set_leverage(125, PERP)
        order = desk.ccxt.create_order(PERP, "market", "buy", "0.9")
        assert (await desk.refusal(order))[0] == -2027
        await desk.ccxt.set_leverage(100, PERP)
        assert (await desk.ccxt.create_order(PERP, "market", "buy", "0.9"))["status"] == "closed"


async def test_leverage_margin_type_and_mode_are_read_back() -> None:
    async with futures() as desk:
        await isolated(desk, 7)
        found = await desk.ccxt.fetch_leverage(PERP)
        assert (found["longLeverage"], found["marginMode"]) == (7, "isolated")
        raw = await desk.ccxt.fapiPrivateGetSymbolConfig({"symbol": "BTCUSDT"})
        assert (raw[0]["marginType"], raw[0]["leverage"]) == ("ISOLATED", 7)
        asked = {"symbol": "BTCUSDT", "marginType": "ISOLATED"}
        code, text = await desk.refusal(desk.ccxt.fapiPrivatePostMarginType(asked))
        assert (code, text) == (-4046, "No need to change margin type.")
        await desk.ccxt.set_margin_mode("isolated", PERP)  # swallowed by the product's option
        bad = desk.ccxt.fapiPrivatePostLeverage({"symbol": "BTCUSDT", "leverage": 126})
        assert (await desk.refusal(bad))[0] == -4028
        assert (await desk.ccxt.fetch_position_mode())["hedged"] is False
        assert (await desk.refusal(desk.ccxt.set_position_mode(False)))[0] == -4059
        await desk.ccxt.set_position_mode(True)
        assert (await desk.ccxt.fapiPrivateGetAccountConfig())["dualSidePosition"] is True


async def test_nothing_is_switched_with_a_position_or_an_order() -> None:
    async with futures() as desk:
        cross = {"symbol": "BTCUSDT", "marginType": "CROSSED"}
        await isolated(desk)
        await desk.ccxt.fapiPrivatePostOrder(_LIMIT)
        assert (await desk.refusal(desk.ccxt.fapiPrivatePostMarginType(cross)))[0] == -4047
        assert (await desk.refusal(desk.ccxt.set_position_mode(True)))[0] == -4067
        desk.move("58000")
        assert (await desk.refusal(desk.ccxt.fapiPrivatePostMarginType(cross)))[0] == -4048
        assert (await desk.refusal(desk.ccxt.set_position_mode(True)))[0] == -4068
        assert (await desk.refusal(desk.ccxt.set_leverage(2, PERP)))[0] == -4161


async def test_a_dead_mans_switch_cancels_what_rests() -> None:
    async with futures() as desk:
        await desk.ccxt.fapiPrivatePostOrder(_LIMIT)
        asked = {"symbol": "BTCUSDT", "countdownTime": 10_000}
        await desk.ccxt.fapiPrivatePostCountdownCancelAll(asked)
        desk.words.beat()
        assert desk.truth.orders[0].is_open
        desk.truth.clock.advance(10_000)
        desk.words.beat()
        assert desk.truth.orders[0].state is State.CANCELED


async def test_public_numbers() -> None:
    async with futures() as desk:
        desk.move("61000")
        desk.words.watch.set_mark("BTCUSDT", D(60_990))
        assert (await desk.ccxt.fetch_ticker(PERP))["last"] == "61000.00000000"
        assert (await desk.ccxt.fetch_bids_asks([PERP]))[PERP]["ask"] == "61000.10000000"
        funding = await desk.ccxt.fetch_funding_rate(PERP)
        assert funding["markPrice"] == "60990.00000000"
        assert len(await desk.ccxt.fetch_ohlcv(PERP, "1m", None, 5)) == 1
        mark = await desk.ccxt.fetch_mark_ohlcv(PERP, "1m", None, 5)
        assert mark[0][5] in {None, "0"}
        assert len(await desk.ccxt.fetch_tickers()) == 3

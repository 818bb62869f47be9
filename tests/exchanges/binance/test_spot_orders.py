"""The life of spot orders, placed, asked for and cancelled by ccxt."""

from decimal import Decimal

import ccxt
import pytest

from tests.exchanges.binance.clients import BTC, D, spot
from tests.exchanges.core.orders import Order


async def test_a_market_buy_fills_at_once_and_pays_its_fee_in_the_coin() -> None:
    async with spot({"USDT": "1000"}) as desk:
        placed = await desk.ccxt.create_order(
            BTC, "market", "buy", "0.01", None, {"clientOrderId": "k7BE-1"}
        )
        assert (placed["status"], placed["filled"], placed["clientOrderId"]) == (
            "closed", "0.01000000", "k7BE-1",
        )  # fmt: skip
        assert placed["fee"] == {"currency": "BTC", "cost": "0.00001000"}
        assert (desk.held("BTC"), desk.held("USDT")) == (D("0.00999"), D("399.9999"))
        balance = await desk.ccxt.fetch_balance()
        assert (balance["BTC"]["free"], balance["USDT"]["total"]) == ("0.00999000", "399.9999")


async def test_a_buy_by_cost_spends_no_more_than_that() -> None:
    async with spot({"USDT": "1000"}) as desk:
        placed = await desk.ccxt.create_market_buy_order_with_cost(BTC, "100")
        order = desk.truth.orders[0]
        assert placed["info"]["origQuoteOrderQty"] == "100.00000000"
        assert D("99") < order.spent <= D(100)
        assert D(placed["cost"]) == order.spent
        assert order.quantity is not None
        assert order.quantity % D("0.00001") == 0


async def test_fees_in_bnb_with_their_discount() -> None:
    async with spot({"USDT": "1000", "BNB": "1"}, bnb_fees=True) as desk:
        placed = await desk.ccxt.create_order(BTC, "market", "buy", "0.01")
        fee = D("600.0001") * D("0.001") * D("0.75") / 600
        assert placed["fee"]["currency"] == "BNB"
        assert abs(D(placed["fee"]["cost"]) - fee) < D("1e-8")
        assert (desk.held("BTC"), desk.held("BNB")) == (D("0.01"), 1 - D(placed["fee"]["cost"]))
        desk.truth.accounts.take_free("BNB", desk.held("BNB"))
        sold = await desk.ccxt.create_order(BTC, "market", "sell", "0.01")
        assert sold["fee"] == {"currency": "USDT", "cost": "0.60000000"}


async def test_a_limit_order_rests_fills_in_parts_and_is_cancelled() -> None:
    async with spot({"USDT": "1000"}) as desk:
        placed = await desk.ccxt.create_order(
            BTC, "limit", "buy", "0.01", "59000", {"clientOrderId": "k7BE-2"}
        )
        assert (placed["status"], desk.truth.accounts.of("USDT").locked) == ("open", D(590))
        desk.truth.liquidity("BTCUSDT", D("0.004"))
        desk.move("58900")
        found = await desk.ccxt.fetch_order(None, BTC, {"origClientOrderId": "k7BE-2"})
        assert (found["status"], found["filled"], found["info"]["status"]) == (
            "open", "0.00400000", "PARTIALLY_FILLED",
        )  # fmt: skip
        assert [o["id"] for o in await desk.ccxt.fetch_open_orders(BTC)] == [placed["id"]]
        gone = await desk.ccxt.cancel_order(None, BTC, {"origClientOrderId": "k7BE-2"})
        assert (gone["status"], gone["info"]["origClientOrderId"]) == ("canceled", "k7BE-2")
        assert gone["clientOrderId"] != "k7BE-2"  # the cancel's own id
        assert desk.truth.accounts.of("USDT").locked == 0
        trades = await desk.ccxt.fetch_my_trades(BTC)
        assert [(t["takerOrMaker"], t["price"], t["amount"]) for t in trades] == [
            ("maker", "59000.00000000", "0.00400000")
        ]
        assert await desk.ccxt.fetch_open_orders(BTC) == []
        assert (await desk.ccxt.fetch_orders(BTC))[0]["clientOrderId"] == "k7BE-2"


async def test_a_client_id_is_unique_among_open_orders_only() -> None:
    async with spot() as desk:
        ask = (BTC, "limit", "buy", "0.01", "50000", {"clientOrderId": "same"})
        await desk.ccxt.create_order(*ask)
        assert await desk.refusal(desk.ccxt.create_order(*ask)) == (-2010, "Duplicate order sent.")
        desk.move("49999")
        again = await desk.ccxt.create_order(BTC, "market", "buy", "0.01", None, ask[-1])
        assert again["status"] == "closed"
        assert len(desk.truth.by_client("same")) == 2
        assert desk.held("BTC") == 1 + 2 * D("0.01") * D("0.999")


async def test_a_market_order_without_liquidity_expires_in_part() -> None:
    async with spot() as desk:
        desk.truth.liquidity("BTCUSDT", D("0.002"))
        placed = await desk.ccxt.create_order(BTC, "market", "sell", "0.01")
        assert (placed["status"], placed["filled"]) == ("expired", "0.00200000")
        assert desk.held("BTC") == 1 - D("0.002")


@pytest.mark.parametrize(
    ("kind", "side", "params", "after", "price"),
    [
        ("market", "sell", {"stopLossPrice": "58000"}, "57990", "57990"),
        ("market", "buy", {"stopLossPrice": "62000"}, "62010", "62010.01"),
        ("market", "sell", {"takeProfitPrice": "62000"}, "62010", "62010"),
        ("limit", "sell", {"stopLossPrice": "58000"}, "57995", "57995"),
    ],
)
async def test_stops_wait_and_trigger(
    kind: str, side: str, params: dict[str, str], after: str, price: str
) -> None:
    async with spot() as desk:
        limit = "57990" if kind == "limit" else None
        placed = await desk.ccxt.create_order(BTC, kind, side, "0.01", limit, params)
        order = desk.truth.orders[0]
        assert (placed["status"], order.dormant, placed["info"]["workingTime"]) == (
            "open", True, -1,
        )  # fmt: skip
        desk.move(after)
        assert (order.is_open, order.average) == (False, D(price))


async def test_a_buying_stop_that_cannot_be_paid_expires() -> None:
    async with spot({"USDT": "620"}) as desk:
        params = {"stopLossPrice": "61000"}
        await desk.ccxt.create_order(BTC, "market", "buy", "0.01", None, params)
        desk.move("63000")
        assert (desk.truth.orders[0].state.value, desk.held("USDT")) == ("expired", D(620))
        assert desk.truth.accounts.of("USDT").locked == 0


async def test_a_stop_limit_jumped_over_rests_unfilled() -> None:
    async with spot() as desk:
        params = {"stopLossPrice": "58000"}
        await desk.ccxt.create_order(BTC, "limit", "sell", "0.01", "57900", params)
        desk.move("57000")
        found = (await desk.ccxt.fetch_open_orders(BTC))[0]
        assert (found["filled"], found["info"]["isWorking"]) == ("0.00000000", True)


async def test_what_is_not_there_is_told_apart() -> None:
    async with spot() as desk:
        missing = {"origClientOrderId": "never"}
        assert (await desk.refusal(desk.ccxt.fetch_order(None, BTC, missing)))[0] == -2013
        assert (await desk.refusal(desk.ccxt.cancel_order(None, BTC, missing)))[0] == -2011
        done = await desk.ccxt.create_order(BTC, "market", "sell", "0.01")
        with pytest.raises(ccxt.OrderNotFound, match="-2011"):
            await desk.ccxt.cancel_order(done["id"], BTC)


async def test_a_new_order_may_be_invisible_for_a_while() -> None:
    async with spot() as desk:
        desk.truth.invisible_for = 60_000
        placed = await desk.ccxt.create_order(BTC, "limit", "buy", "0.01", "50000")
        assert (await desk.refusal(desk.ccxt.fetch_order(placed["id"], BTC)))[0] == -2013
        assert await desk.ccxt.fetch_open_orders(BTC) == []
        desk.truth.invisible_for = 0
        assert (await desk.ccxt.fetch_order(placed["id"], BTC))["status"] == "open"


async def test_the_owners_own_hand_is_seen() -> None:
    async with spot() as desk:
        desk.truth.by_hand(Order("BTCUSDT", "sell", "market", quantity=D("0.4")))
        trades = await desk.ccxt.fetch_my_trades(BTC)
        assert [(t["side"], t["amount"]) for t in trades] == [("sell", "0.40000000")]
        desk.words.transfer("BTC", Decimal("-0.1"))
        assert (await desk.ccxt.fetch_balance())["BTC"]["total"] == "0.5"


async def test_dust_becomes_bnb() -> None:
    async with spot({"BTC": "0.00001", "ETH": "0.0001", "USDT": "1", "BNB": "0"}) as desk:
        shown = await desk.ccxt.sapiPostAssetDustBtc()
        assert [of["asset"] for of in shown["details"]] == ["BTC", "ETH"]
        answer = await desk.ccxt.sapiPostAssetDust({"asset": ["BTC", "ETH"]})
        gained = (D("0.6") + D("0.3")) / 600 * D("0.98")
        assert len(answer["transferResult"]) == 2
        assert abs(desk.held("BNB") - gained) < D("2e-8")
        assert desk.held("BTC") == desk.held("ETH") == 0
        (logged,) = (await desk.ccxt.sapiGetAssetDribblet({"startTime": 1}))["userAssetDribblets"]
        told = [(of["fromAsset"], of["transId"]) for of in logged["userAssetDribbletDetails"]]
        assert told == [(of["fromAsset"], of["tranId"]) for of in answer["transferResult"]]
        now = desk.truth.clock.now()
        assert (await desk.ccxt.sapiGetAssetDribblet({"startTime": now + 1}))["total"] == 0


async def test_dust_is_converted_once_in_six_hours_and_only_what_is_small() -> None:
    async with spot({"BTC": "0.00001", "ETH": "1", "BNB": "0"}) as desk:
        large = desk.ccxt.sapiPostAssetDust({"asset": ["ETH"]})
        assert (await desk.refusal(large))[0] == 32100
        await desk.ccxt.sapiPostAssetDust({"asset": ["BTC"]})
        desk.truth.transfer("BTC", D("0.00001"))
        again = desk.ccxt.sapiPostAssetDust({"asset": ["BTC"]})
        assert (await desk.refusal(again))[0] == 32110


async def test_history_is_cut_by_time_and_id() -> None:
    async with spot() as desk:
        for _ in range(3):
            await desk.ccxt.create_order(BTC, "market", "buy", "0.001")
            desk.truth.clock.advance(500)
        orders = desk.truth.orders
        since = orders[1].created
        newest = await desk.ccxt.fetch_my_trades(BTC, None, 1)
        assert [t["order"] for t in newest] == [str(orders[2].number)]
        later = await desk.ccxt.fetch_my_trades(BTC, since, 1)
        assert [t["order"] for t in later] == [str(orders[1].number)]
        by_id = {"symbol": "BTCUSDT", "fromId": orders[1].trades[0].number}
        assert len(await desk.ccxt.privateGetMyTrades(by_id)) == 2
        by_order = {"symbol": "BTCUSDT", "orderId": orders[1].number}
        assert len(await desk.ccxt.privateGetMyTrades(by_order)) == 1
        assert len(await desk.ccxt.privateGetAllOrders(by_order)) == 2
        mixed = desk.ccxt.privateGetMyTrades(by_id | {"startTime": since})
        assert (await desk.refusal(mixed))[0] == -1128
        day = {"symbol": "BTCUSDT", "startTime": since - 86_400_001, "endTime": since}
        assert (await desk.refusal(desk.ccxt.privateGetMyTrades(day)))[0] == -1127

"""Order lists (OCO) in all their ways to end, by ccxt's own calls."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.exchanges.binance.clients import BTC, D, Desk, spot
from tests.exchanges.binance.spot import SpotWords
from tests.exchanges.core.orders import State

_SELL = {
    "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.5", "listClientOrderId": "k7BO-1",
    "aboveType": "LIMIT_MAKER", "abovePrice": "63000", "aboveClientOrderId": "k7BT-1",
    "belowType": "STOP_LOSS", "belowStopPrice": "57000", "belowClientOrderId": "k7BS-1",
}  # fmt: skip
_LIMITED = {"belowType": "STOP_LOSS_LIMIT", "belowPrice": "56900", "belowTimeInForce": "GTC"}


async def _oco(desk: Desk[SpotWords], **more: str) -> Mapping[str, Any]:
    placed: Mapping[str, Any] = await desk.ccxt.privatePostOrderListOco(_SELL | more)
    return placed


def _legs(desk: Desk[SpotWords]) -> tuple[State, State]:
    """States of the target and of the stop."""
    target, stop = (desk.truth.by_client(name)[-1] for name in ("k7BT-1", "k7BS-1"))
    return target.state, stop.state


async def test_a_list_stands_and_holds_the_coins_once() -> None:
    async with spot() as desk:
        placed = await _oco(desk)
        assert (placed["listOrderStatus"], placed["listClientOrderId"]) == ("EXECUTING", "k7BO-1")
        assert [r["type"] for r in placed["orderReports"]] == ["LIMIT_MAKER", "STOP_LOSS"]
        assert desk.truth.accounts.of("BTC").locked == D("0.5")
        legs = await desk.ccxt.fetch_open_orders(BTC)
        assert [(leg["clientOrderId"], leg["type"]) for leg in legs] == [
            ("k7BT-1", "limit"), ("k7BS-1", "market"),
        ]  # fmt: skip
        assert {leg["info"]["orderListId"] for leg in legs} == {placed["orderListId"]}
        found = await desk.ccxt.privateGetOrderList({"origClientOrderId": "k7BO-1"})
        assert found["orders"] == placed["orders"]
        assert len(await desk.ccxt.privateGetOpenOrderList()) == 1


async def test_the_target_fills_and_the_stop_expires() -> None:
    async with spot() as desk:
        await _oco(desk)
        desk.move("63000")
        assert _legs(desk) == (State.DONE, State.EXPIRED)
        assert (desk.held("BTC"), desk.truth.accounts.of("BTC").locked) == (D("0.5"), D(0))
        found = await desk.ccxt.privateGetOrderList({"origClientOrderId": "k7BO-1"})
        assert found["listOrderStatus"] == "ALL_DONE"
        assert await desk.ccxt.privateGetOpenOrderList() == []
        stop = await desk.ccxt.fetch_order(None, BTC, {"origClientOrderId": "k7BS-1"})
        assert stop["status"] == "expired"


@pytest.mark.parametrize("more", [{}, _LIMITED])
async def test_the_stop_fills_and_the_target_expires(more: dict[str, str]) -> None:
    async with spot() as desk:
        await _oco(desk, **more)
        desk.move("56950")
        assert _legs(desk) == (State.EXPIRED, State.DONE)
        assert (desk.held("BTC"), desk.truth.accounts.of("BTC").locked) == (D("0.5"), D(0))
        assert desk.truth.trades[-1].price == D("56950")


async def test_a_stop_limit_jumped_over_stays_alone() -> None:
    async with spot() as desk:
        await _oco(desk, **_LIMITED)
        desk.move("50000")
        assert _legs(desk) == (State.EXPIRED, State.OPEN)
        assert desk.truth.accounts.of("BTC").locked == D("0.5")
        desk.move("56900")
        assert (_legs(desk)[1], desk.truth.accounts.of("BTC").locked) == (State.DONE, D(0))


async def test_a_target_filled_in_part_takes_the_stop_away() -> None:
    async with spot() as desk:
        await _oco(desk)
        desk.truth.liquidity("BTCUSDT", D("0.2"))
        desk.move("63000")
        assert _legs(desk) == (State.OPEN, State.EXPIRED)
        assert desk.truth.accounts.of("BTC").locked == D("0.3")
        desk.truth.liquidity("BTCUSDT", None)
        desk.move("50000")  # nothing protects the rest
        assert desk.held("BTC") == D("0.8")
        gone = await desk.ccxt.privateDeleteOrderList(
            {"symbol": "BTCUSDT", "listClientOrderId": "k7BO-1"}
        )
        assert [r["status"] for r in gone["orderReports"]] == ["CANCELED", "EXPIRED"]


@pytest.mark.parametrize("leg", ["k7BT-1", "k7BS-1"])
async def test_cancelling_a_leg_cancels_the_list(leg: str) -> None:
    async with spot() as desk:
        await _oco(desk)
        asked = {"symbol": "BTCUSDT", "origClientOrderId": leg}
        answer = await desk.ccxt.privateDeleteOrder(asked)
        assert (answer["listOrderStatus"], len(answer["orderReports"])) == ("ALL_DONE", 2)
        assert _legs(desk) == (State.CANCELED, State.CANCELED)
        assert desk.truth.accounts.of("BTC").locked == 0
        assert (await desk.refusal(desk.ccxt.privateDeleteOrder(asked)))[0] == -2011


async def test_a_list_is_cancelled_once() -> None:
    async with spot() as desk:
        placed = await _oco(desk)
        asked = {"symbol": "BTCUSDT", "orderListId": placed["orderListId"]}
        gone = await desk.ccxt.privateDeleteOrderList(asked)
        assert gone["listStatusType"] == "ALL_DONE"
        assert {r["origClientOrderId"] for r in gone["orderReports"]} == {"k7BT-1", "k7BS-1"}
        assert (await desk.refusal(desk.ccxt.privateDeleteOrderList(asked)))[0] == -2011
        assert len(await desk.ccxt.privateGetAllOrderList()) == 1
        await _oco(desk)  # the same ids again: allowed once the first are done


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        ({"abovePrice": "59000"}, -2010, "relationship of the prices"),
        ({"belowStopPrice": "60500"}, -2010, "relationship of the prices"),
        ({"quantity": "2"}, -2010, "insufficient balance"),
        ({"abovePrice": "400000"}, -1013, "PERCENT_PRICE_BY_SIDE"),
        ({"belowStopPrice": "57000.001"}, -1013, "PRICE_FILTER"),
        ({"aboveClientOrderId": "k7BS-1"}, -2010, "Duplicate order sent."),
        ({"belowType": "MARKET"}, -1158, "not supported in order list"),
        ({"reduceOnly": "true"}, -1104, "Not all sent parameters were read"),
    ],
)
async def test_refused_lists(more: dict[str, str], code: int, text: str) -> None:
    async with spot() as desk:
        found = await desk.refusal(desk.ccxt.privatePostOrderListOco(_SELL | more))
        assert found[0] == code
        assert text in found[1]
        assert (desk.truth.orders, desk.words.desk.lists) == ([], [])
        assert desk.truth.accounts.of("BTC").locked == 0


async def test_a_list_that_nobody_placed() -> None:
    async with spot() as desk:
        asked = {"origClientOrderId": "never"}
        found = await desk.refusal(desk.ccxt.privateGetOrderList(asked))
        assert found == (-2018, "Order list does not exist.")
        assert (await desk.refusal(desk.ccxt.privateGetOrderList(asked | {"symbol": "X"})))[
            0
        ] == -2018


async def test_a_second_list_with_the_same_ids_is_refused() -> None:
    async with spot() as desk:
        await _oco(desk)
        assert (await desk.refusal(_oco(desk, quantity="0.1")))[1] == "Duplicate order sent."


async def test_a_buying_list_has_its_stop_above() -> None:
    async with spot() as desk:
        asked = {
            "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.1", "aboveType": "STOP_LOSS",
            "aboveStopPrice": "62000", "belowType": "LIMIT_MAKER", "belowPrice": "58000",
        }  # fmt: skip
        await desk.ccxt.privatePostOrderListOco(asked)
        assert desk.truth.accounts.of("USDT").locked == D(6_200)
        desk.move("57000")
        assert [o.state for o in desk.truth.orders] == [State.DONE, State.EXPIRED]
        assert desk.truth.accounts.of("USDT").locked == 0
        assert desk.held("USDT") == D(10_000) - D(5_800)

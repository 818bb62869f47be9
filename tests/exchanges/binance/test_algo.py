"""Conditional orders of USD-M: apart from the others, until they become one of them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.exchanges.binance.clients import PERP, D, Desk, futures
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.core.orders import State

TRIGGER = {"trigger": True}
_STOP = {
    "algoType": "CONDITIONAL", "symbol": "BTCUSDT", "side": "SELL", "type": "STOP_MARKET",
    "triggerPrice": "57000", "quantity": "0.01", "reduceOnly": "true",
}  # fmt: skip


async def _long(desk: Desk[FuturesWords]) -> None:
    await desk.ccxt.create_order(PERP, "market", "buy", "0.01")


async def _stop(desk: Desk[FuturesWords], name: str, price: str, **more: object) -> Any:
    params = {"stopPrice": price, "clientOrderId": name, **more}
    amount = None if "closePosition" in more else "0.01"
    kind = "TAKE_PROFIT_MARKET" if price > "60000" else "STOP_MARKET"
    if kind == "TAKE_PROFIT_MARKET":
        params = {"takeProfitPrice": price, "clientOrderId": name, **more}
    return await desk.ccxt.create_order(PERP, kind, "sell", amount, None, params)


async def _asked(desk: Desk[FuturesWords], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = await desk.ccxt.fetch_order(
        None, PERP, TRIGGER | {"clientAlgoId": name}
    )
    return found


async def test_a_conditional_order_is_not_among_the_others() -> None:
    async with futures() as desk:
        await _long(desk)
        stop = await _stop(desk, "k7FS-1", "57000", reduceOnly=True)
        assert (stop["status"], stop["clientOrderId"], stop["reduceOnly"]) == (
            "open", "k7FS-1", True,
        )  # fmt: skip
        assert len(desk.server.asked("POST", "/fapi/v1/algoOrder")) == 1
        assert await desk.ccxt.fetch_open_orders(PERP) == []
        found = await desk.ccxt.fetch_open_orders(PERP, None, None, TRIGGER)
        assert [(o["id"], o["triggerPrice"]) for o in found] == [(stop["id"], "57000.0")]
        plain = desk.ccxt.fetch_order(None, PERP, {"origClientOrderId": "k7FS-1"})
        assert (await desk.refusal(plain))[0] == -2013
        assert (await desk.refusal(desk.ccxt.cancel_order(stop["id"], PERP)))[0] == -2011


async def test_a_triggered_one_becomes_an_order_with_another_id() -> None:
    async with futures() as desk:
        await _long(desk)
        stop = await _stop(desk, "k7FS-1", "57000", reduceOnly=True)
        desk.move("57100")
        assert (await _asked(desk, "k7FS-1"))["status"] == "open"
        desk.move("56900")
        found = await _asked(desk, "k7FS-1")
        assert (found["status"], found["info"]["algoStatus"]) == ("closed", "FINISHED")
        child = found["info"]["actualOrderId"]
        assert child != stop["id"]
        order = await desk.ccxt.fetch_order(child, PERP)
        assert (order["status"], order["average"], order["reduceOnly"]) == (
            "closed", "56900.00000", True,
        )  # fmt: skip
        assert (order["clientOrderId"], order["info"]["origType"]) == ("k7FS-1", "STOP_MARKET")
        assert desk.words.desk.position("BTCUSDT").amount == 0
        gone = desk.ccxt.cancel_order(None, PERP, TRIGGER | {"clientAlgoId": "k7FS-1"})
        assert (await desk.refusal(gone))[0] == -2011


async def test_a_child_may_have_another_client_id_too() -> None:
    async with futures() as desk:
        desk.words.desk.child_keeps_id = False
        await _long(desk)
        await _stop(desk, "k7FS-1", "57000", reduceOnly=True)
        desk.move("56900")
        plain = desk.ccxt.fetch_order(None, PERP, {"origClientOrderId": "k7FS-1"})
        assert (await desk.refusal(plain))[0] == -2013
        child = (await _asked(desk, "k7FS-1"))["info"]["actualOrderId"]
        assert (await desk.ccxt.fetch_order(child, PERP))["status"] == "closed"


async def test_a_target_triggers_above() -> None:
    async with futures() as desk:
        await _long(desk)
        await _stop(desk, "k7FT-1", "63000", reduceOnly=True)
        desk.move("63050")
        assert (await _asked(desk, "k7FT-1"))["info"]["actualPrice"] == "63050.00000"


async def test_what_closes_the_position_expires_with_it_the_other_stays() -> None:
    async with futures() as desk:
        await _long(desk)
        await _stop(desk, "k7FS-1", "57000", closePosition=True)
        await _stop(desk, "k7FT-1", "63000", reduceOnly=True)
        await desk.ccxt.create_order(PERP, "market", "sell", "0.01", None, {"reduceOnly": True})
        assert (await _asked(desk, "k7FS-1"))["status"] == "expired"
        left = await desk.ccxt.fetch_open_orders(PERP, None, None, TRIGGER)
        assert [o["clientOrderId"] for o in left] == ["k7FT-1"]
        desk.move("64000")  # the orphan triggers, and is refused
        found = await _asked(desk, "k7FT-1")
        assert (found["status"], found["info"]["actualOrderId"]) == ("rejected", "")
        assert desk.words.desk.position("BTCUSDT").amount == 0


async def test_closing_the_position_takes_all_of_it() -> None:
    async with futures() as desk:
        await _long(desk)
        await _stop(desk, "k7FS-1", "57000", closePosition=True)
        await _long(desk)
        desk.move("56000")
        assert desk.words.desk.position("BTCUSDT").amount == 0
        assert desk.truth.trades[-1].quantity == D("0.02")


async def test_a_child_limit_order_may_rest() -> None:
    async with futures() as desk:
        await _long(desk)
        params = {"stopLossPrice": "57000", "reduceOnly": True, "clientOrderId": "k7FS-1"}
        await desk.ccxt.create_order(PERP, "limit", "sell", "0.01", "56900", params)
        desk.move("56000")
        assert (await _asked(desk, "k7FS-1"))["info"]["algoStatus"] == "TRIGGERED"
        child = (await desk.ccxt.fetch_open_orders(PERP))[0]
        desk.move("57000")
        assert (await desk.ccxt.fetch_order(child["id"], PERP))["status"] == "closed"
        assert (await _asked(desk, "k7FS-1"))["info"]["algoStatus"] == "FINISHED"


async def test_the_mark_triggers_what_watches_the_mark() -> None:
    async with futures() as desk:
        await _long(desk)
        desk.words.watch.set_mark("BTCUSDT", D(60_000))
        await _stop(desk, "k7FS-1", "57000", closePosition=True, workingType="MARK_PRICE")
        desk.move("56000")
        assert (await _asked(desk, "k7FS-1"))["status"] == "open"
        desk.words.watch.set_mark("BTCUSDT", D(56_999))
        assert (await _asked(desk, "k7FS-1"))["status"] == "closed"


async def test_cancelling_one_and_all() -> None:
    async with futures() as desk:
        await _long(desk)
        await _stop(desk, "k7FS-1", "57000", reduceOnly=True)
        await _stop(desk, "k7FT-1", "63000", reduceOnly=True)
        await _stop(desk, "k7FT-2", "64000", reduceOnly=True)
        asked = TRIGGER | {"clientAlgoId": "k7FS-1"}
        assert (await desk.ccxt.cancel_order(None, PERP, asked))["id"] == "900001"
        assert (await _asked(desk, "k7FS-1"))["status"] == "canceled"
        await desk.ccxt.cancel_all_orders(PERP, TRIGGER)
        assert await desk.ccxt.fetch_open_orders(PERP, None, None, TRIGGER) == []
        everything = await desk.ccxt.fetch_orders(PERP, None, None, TRIGGER)
        assert [o["status"] for o in everything] == ["canceled"] * 3


async def test_a_new_one_is_sometimes_not_found() -> None:
    async with futures() as desk:
        desk.words.desk.hidden_algos = 60_000
        await _long(desk)
        await _stop(desk, "k7FS-1", "57000", reduceOnly=True)
        assert await desk.ccxt.fetch_open_orders(PERP, None, None, TRIGGER) == []
        assert (await desk.refusal(_asked(desk, "k7FS-1")))[0] == -2013
        desk.move("56000")  # it is there all the same
        assert desk.words.desk.position("BTCUSDT").amount == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"triggerPrice": "61000"}, -2021),
        ({"type": "TAKE_PROFIT_MARKET"}, -2021),
        ({"triggerPrice": "57000.01"}, -1111),
        ({"quantity": "0.0101"}, -1111),
        ({"quantity": "0.001", "reduceOnly": "false"}, -4164),
        ({"closePosition": "true"}, -1106),
        ({"type": "STOP", "closePosition": "true", "price": "56000"}, -4136),
        ({"type": "MARKET"}, -1116),
        ({"algoType": "VP"}, -1102),
        ({"clientAlgoId": "a b"}, -1100),
        ({"symbol": "NOSUCH"}, -1121),
        ({"positionSide": "LONG"}, -4061),
    ],
)
async def test_refused(more: dict[str, str], code: int) -> None:
    async with futures() as desk:
        asked = desk.ccxt.fapiPrivatePostAlgoOrder(_STOP | more)
        assert (await desk.refusal(asked))[0] == code
        assert desk.words.desk.algos == []


async def test_twice_the_same() -> None:
    async with futures() as desk:
        await desk.ccxt.fapiPrivatePostAlgoOrder(_STOP | {"clientAlgoId": "same"})
        again = desk.ccxt.fapiPrivatePostAlgoOrder(_STOP | {"clientAlgoId": "same"})
        assert (await desk.refusal(again))[0] == -4116
        closing = {k: v for k, v in _STOP.items() if k not in {"quantity", "reduceOnly"}}
        closing["closePosition"] = "true"
        await desk.ccxt.fapiPrivatePostAlgoOrder(closing)
        assert (await desk.refusal(desk.ccxt.fapiPrivatePostAlgoOrder(closing)))[0] == -4130


async def test_a_child_that_nobody_can_pay_is_rejected() -> None:
    async with futures("50") as desk:
        entry = _STOP | {"side": "BUY", "triggerPrice": "61000", "reduceOnly": "false",
                         "quantity": "0.1", "clientAlgoId": "k7FE-1"}  # fmt: skip
        await desk.ccxt.fapiPrivatePostAlgoOrder(entry)
        desk.move("61000")
        assert (await _asked(desk, "k7FE-1"))["status"] == "rejected"
        assert desk.words.desk.algos[0].reason == "Margin is insufficient."
        assert [o for o in desk.truth.orders if o.state is not State.DONE] == []

"""One row that cannot be read hides nothing else; an order of ours is never lost through it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from tests.venues.real.bench import NOW, Bench, order, trading
from tests.venues.real.stub import Asked, Said
from tests.venues.real.test_upbit_report import reporting
from tests.venues.real.test_upbit_venue import BOUGHT, LOOK, NAME, REST, answer, upbit
from trader.domain.events import VenueReported
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Purpose, Side, Status

D = Decimal
SPOT, CONTRACT = "binance_spot:BTC/USDT", "binance_futures:BTC/USDT"
GONE = Said({"code": -2013, "msg": "Order does not exist."}, 400)


def row(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A plain order as Binance tells it."""
    return {
        "symbol": "BTCUSDT", "orderId": number, "orderListId": -1, "clientOrderId": name,
        "status": "NEW", "executedQty": "0", "origQty": "1", "side": "SELL", "time": NOW,
        "updateTime": NOW,
    } | more  # fmt: skip


def traded(number: int, of: int, **more: Any) -> dict[str, Any]:
    """A sale as Binance tells it."""
    return {
        "symbol": "BTCUSDT", "id": number, "orderId": of, "price": "100", "qty": "1",
        "commission": "0", "commissionAsset": "USDT", "time": NOW, "isBuyer": False,
        "buyer": False,
    } | more  # fmt: skip


STRANGE = [
    {"clientOrderId": None}, {"clientOrderId": ""}, {"clientOrderId": 7.5}, {"symbol": None},
    {"symbol": []},
]  # fmt: skip


def looked_up(**known: Any) -> Any:
    """Orders by client id or number; others are not there."""

    def answered(asked: Asked) -> Said:
        name = asked.params.get("origClientOrderId") or f"n{asked.params.get('orderId')}"
        return Said(known[name]) if name in known else GONE

    return answered


@asynccontextmanager
async def spot(opened: list[Any], trades: list[Any], **known: Any) -> AsyncIterator[Bench]:
    """A spot account with these open orders and trades; more orders are `known` by name."""
    account = {"balances": [{"asset": "USDT", "free": "500", "locked": "0"},
                            {"asset": "BTC", "free": "3", "locked": "0"}]}  # fmt: skip
    answers = {
        "GET /api/v3/openOrders": Said(opened), "GET /api/v3/account": Said(account),
        "GET /api/v3/allOrders": Said([]), "GET /api/v3/myTrades": Said(trades),
        "GET /api/v3/order": looked_up(**known), "GET /api/v3/time": Said({"serverTime": NOW}),
    }  # fmt: skip
    async with trading(BINANCE_SPOT, answers, (SPOT,)) as bench:
        yield bench


@asynccontextmanager
async def futures(
    plain: list[Any], algos: list[Any], income: list[Any], **known: Any
) -> AsyncIterator[Bench]:
    """The same of contracts."""
    answers = {
        "GET /fapi/v1/openOrders": Said(plain), "GET /fapi/v1/openAlgoOrders": Said(algos),
        "GET /fapi/v1/income": Said(income), "GET /fapi/v1/allOrders": Said([]),
        "GET /fapi/v1/allAlgoOrders": Said([]), "GET /fapi/v1/userTrades": Said([]),
        "GET /fapi/v3/balance": Said([{"asset": "USDT", "balance": "9", "availableBalance": "9"}]),
        "GET /fapi/v1/symbolConfig": Said([]), "GET /fapi/v3/positionRisk": Said([]),
        "GET /fapi/v1/order": looked_up(**known), "GET /fapi/v1/time": Said({"serverTime": NOW}),
    }  # fmt: skip
    async with trading(BINANCE_FUTURES, answers, (CONTRACT,)) as bench:
        yield bench


async def reported(bench: Bench, venue: str) -> VenueReported:
    """The report, which must come."""
    (report,) = [e for e in await bench.ask("report", venue) if isinstance(e, VenueReported)]
    return report


@pytest.mark.parametrize("odd", STRANGE)
async def test_a_strangers_order_that_cannot_be_read_is_left_out_once(odd: dict[str, Any]) -> None:
    strange, ours = row(9, "web_1") | odd, row(2, "k7BE-2")
    async with spot([strange, ours], []) as bench:
        for _ in range(2):
            report = await reported(bench, BINANCE_SPOT)
            assert [state.order_id for state in report.open_orders] == ["k7BE-2"]
            assert report.cash == 500
        assert [code for code, _ in bench.notices] == ["strange_row"]
        assert bench.notices[0][1].startswith("binance_spot:orderId=9 ")
        assert bench.venue.left_out == 1
    async with futures([strange, ours], [], []) as bench:
        report = await reported(bench, BINANCE_FUTURES)
        assert [state.order_id for state in report.open_orders] == ["k7BE-2"]
        assert bench.venue.left_out == 1


async def test_rows_that_are_no_objects_are_counted_and_others_stay() -> None:
    async with spot([None, 5, row(2, "k7BE-2")], [None, traded(1, 9)]) as bench:
        report = await reported(bench, BINANCE_SPOT)
        assert len(report.open_orders) == 1
        assert report.foreign_sales == ((SPOT, D(1), D(100)),)
        assert bench.venue.left_out == 2  # the same nothing twice has one name


async def test_a_list_without_a_single_number_is_no_list() -> None:
    async with spot([{"asset": "BTC"}], []) as bench:
        assert await bench.ask("report", BINANCE_SPOT) == []
        assert [code for code, _ in bench.notices] == ["unanswered"]


@pytest.mark.parametrize("odd", [{"isBuyer": None}, {"price": "NaN"}, {"orderId": None}])
async def test_a_trade_that_cannot_be_read_hides_no_other_sale(odd: dict[str, Any]) -> None:
    async with spot([], [traded(1, 8) | odd, traded(2, 9)]) as bench:
        report = await reported(bench, BINANCE_SPOT)
        assert report.foreign_sales == ((SPOT, D(1), D(100)),)
        assert bench.notices[0][1].startswith("binance_spot:")


async def test_whose_a_trade_is_stays_open_when_its_order_cannot_be_read() -> None:
    async with spot([], [traded(1, 8)], n8=row(8, "")) as bench:
        assert (await reported(bench, BINANCE_SPOT)).foreign_sales == ()
        bench.stub.answers["GET /api/v3/order"] = looked_up(n8=row(8, "web_8"))
        bench.venue._desk._moving._held = {}  # type: ignore[attr-defined]
        assert len((await reported(bench, BINANCE_SPOT)).foreign_sales) == 1


BROKEN = [{"status": "FROZEN"}, {"orderId": None}, {"symbol": None}, {"executedQty": "x"}]


@pytest.mark.parametrize("odd", BROKEN)
async def test_an_order_of_ours_whose_row_cannot_be_read_is_asked_for_alone(
    odd: dict[str, Any],
) -> None:
    name = "k7BE-2"
    fine = row(2, name)
    async with spot([fine | odd, row(3, "k7BE-3")], [], **{name: fine}) as bench:
        bench.own.remember(order(SPOT, name))
        report = await reported(bench, BINANCE_SPOT)
        assert {s.order_id: s.status for s in report.open_orders} == {
            name: Status.OPEN, "k7BE-3": Status.OPEN,
        }  # fmt: skip
        assert [code for code, _ in bench.notices] == ["strange_order"]
        assert bench.notices[0][1].startswith(f"binance_spot:{name} ")


async def test_a_leg_that_cannot_be_read_makes_its_list_be_asked_for() -> None:
    name = "k7BO-2"
    legs = [row(n, f"{name}{leg}", orderListId=5) for n, leg in ((2, "a"), (3, "b"))]
    whole = {
        "orderListId": 5, "listClientOrderId": name, "listOrderStatus": "EXECUTING",
        "transactionTime": NOW, "orders": legs,
    }  # fmt: skip
    known = {"n2": legs[0], "n3": legs[1]}
    broken = [leg | {"symbol": None} for leg in legs]
    async with spot(broken, [], **known) as bench:
        bench.stub.answers["GET /api/v3/orderList"] = Said(whole)
        listed = order(SPOT, name, kind=Kind.OCO, purpose=Purpose.BRACKET, side=Side.SELL)
        bench.own.remember(listed)
        report = await reported(bench, BINANCE_SPOT)
        assert [state.order_id for state in report.open_orders] == [name]


async def test_an_order_of_ours_that_nobody_can_read_is_not_told_of() -> None:
    """The engine asks for what a report does not mention; until then it is what it was."""
    name = "k7BE-2"
    odd = row(2, name, status="FROZEN")
    async with spot([odd], [], **{name: odd}) as bench:
        bench.own.remember(order(SPOT, name))
        bench.own.live.add(name)
        report = await reported(bench, BINANCE_SPOT)
        assert report.open_orders == report.recent == ()
        assert name in bench.own.live


async def test_conditional_orders_and_income_that_cannot_be_read_are_left_out() -> None:
    algo = {
        "algoId": 5, "clientAlgoId": "k7FS-1", "algoStatus": "NEW", "symbol": "BTCUSDT",
        "actualOrderId": "", "updateTime": NOW, "createTime": NOW,
    }  # fmt: skip
    paid = {"symbol": "BTCUSDT", "incomeType": "FUNDING_FEE", "income": "-1", "time": NOW,
            "tranId": 7}  # fmt: skip
    algos = [algo | {"algoId": 6, "clientAlgoId": None}, algo]
    income = [paid | {"income": "?", "tranId": 8}, paid, paid]
    async with futures([], algos, income) as bench:
        report = await reported(bench, BINANCE_FUTURES)
        assert [state.order_id for state in report.open_orders] == ["k7FS-1"]
        assert [funding.amount for funding in report.fundings] == [D(1)]
        told = sorted(text.split()[0] for _, text in bench.notices)
        assert told == ["binance_futures:algoId=6", "binance_futures:tranId=8"]


async def test_upbit_leaves_out_what_it_cannot_read_and_asks_for_ours() -> None:
    async with upbit() as bench:
        reporting(bench)
        bench.own.recall([REST])
        nameless = answer("", side="ask", executed_volume="none")
        bench.stub.answers["GET /v1/orders/open"] = Said([
            nameless | {"uuid": "stranger"}, nameless | {"uuid": None}, None,
            answer(NAME, executed_volume=None), answer("k7UX-9", volume="0.001"),
        ])  # fmt: skip
        bench.stub.answers["GET /v1/orders/closed"] = Said([])
        bench.stub.answers[LOOK] = Said(BOUGHT)
        report = await reported(bench, UPBIT)
        assert [state.order_id for state in report.open_orders] == ["k7UX-9"]
        assert [state.order_id for state in report.recent] == [NAME]
        assert bench.venue.left_out == 4
        assert [code for code, _ in bench.notices].count("strange_order") == 1


async def test_what_a_stop_became_and_is_not_there_yet_fails_no_report() -> None:
    """Binance tells the child's number a moment before the child itself."""
    algo = {
        "algoId": 5, "clientAlgoId": "k7FS-1", "algoStatus": "TRIGGERED", "symbol": "BTCUSDT",
        "actualOrderId": "77", "updateTime": NOW, "createTime": NOW,
    }  # fmt: skip
    async with futures([row(2, "k7FE-2")], [algo], []) as bench:
        bench.stub.answers["GET /fapi/v1/algoOrder"] = Said(algo)
        report = await reported(bench, BINANCE_FUTURES)
        assert [state.order_id for state in report.open_orders] == ["k7FE-2"]
        assert bench.notices[0][1].startswith("binance_futures:k7FS-1 ")


async def test_a_fee_in_a_coin_without_a_market_hides_no_fill() -> None:
    """Credits that some accounts pay fees with are traded nowhere."""
    of = row(2, "k7BE-2", status="FILLED", executedQty="1", side="BUY")
    trade = traded(1, 2, commission="0.05", commissionAsset="BNFCR", isBuyer=True)
    async with spot([of], [trade], n2=of) as bench:
        none = Said({"code": -1121, "msg": "Invalid symbol."}, 400)
        bench.stub.answers["GET /api/v3/ticker/price"] = none
        report = await reported(bench, BINANCE_SPOT)
        ((fill,),) = [state.fills for state in report.recent]
        assert (fill.quantity, fill.fee, fill.fee_base) == (D(1), D("0.1"), D(0))  # the usual rate
        assert [code for code, _ in bench.notices] == ["fee_estimated"]
        bench.stub.answers["GET /api/v3/ticker/price"] = Said("", 502)
        bench.venue._desk._ledger._prices.clear()  # type: ignore[attr-defined]
        assert not [e for e in await bench.ask("report", BINANCE_SPOT)
                    if isinstance(e, VenueReported)]  # fmt: skip

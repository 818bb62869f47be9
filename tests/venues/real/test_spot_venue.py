"""Binance spot behind the port: lists, fees in three kinds of coin, keys and clock."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import MARKETS, real_spot
from tests.contracts.real import RealBench, asked, heard, sent
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.orders import Order as Foreign
from trader.domain.events import (
    CancelFailed,
    LinkChanged,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    VenueReported,
)
from trader.domain.instrument import BINANCE_SPOT
from trader.domain.order import Kind, Order, Purpose, Side, Status
from trader.domain.outcome import Question
from trader.venues.real.connection import Keys


@pytest.fixture
def bench() -> Iterator[Any]:
    """The loopback exchange with USDT and bitcoins."""
    bench = real_spot()
    yield bench
    bench.close()


def armed(customer: Customer, name: str = "k7BO-1") -> Order:
    """A list around the price."""
    return customer.order(
        Side.SELL, Kind.OCO, id=name, purpose=Purpose.BRACKET,
        price=customer.level(1.1), stop_price=customer.level(0.9),
    )  # fmt: skip


def test_a_list_is_one_order_whose_legs_are_named_after_it(bench: RealBench) -> None:
    customer = Customer(bench)
    order = armed(customer)
    (opened,) = sent(bench, order)
    assert opened.venue_id.startswith("l")
    legs = bench.server.truth.open_orders()
    assert sorted(leg.client_id for leg in legs) == ["k7BO-1a", "k7BO-1b"]
    report = customer.report()
    assert [(s.order_id, s.status, s.venue_id) for s in report.open_orders] == [
        ("k7BO-1", Status.OPEN, opened.venue_id)
    ]
    assert sum(h.quantity - h.free for h in report.holdings) == order.quantity  # locked once
    bench.venue.cancel(order.id)
    (ended,) = heard(bench)
    assert (ended.status, ended.filled) == (Status.CANCELED, 0)
    assert bench.server.truth.open_orders() == []
    bench.venue.cancel(order.id)
    assert [type(e) for e in heard(bench)] == [CancelFailed]


@pytest.mark.parametrize(("factor", "level"), [(1.2, 1.1), (0.8, 0.8)])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_list_is_filled_by_either_leg(
    bench: RealBench, factor: float, level: float, *, restarted: bool
) -> None:
    customer = Customer(bench)
    order = armed(customer)
    sent(bench, order)
    bench.move(factor)
    bench.moved = False  # the test asks by itself
    if restarted:
        bench.restart()
    told = asked(bench, order.id)
    assert {type(e) for e in told} == {OrderOpened, OrderFilled, OrderEnded}
    fills = [e.fill for e in told if isinstance(e, OrderFilled)]
    assert sum(fill.quantity for fill in fills) == order.quantity
    assert {fill.order_id for fill in fills} == {order.id}
    assert float(fills[0].price) == pytest.approx(bench.price * level, rel=0.001)
    assert told[-1].status is Status.FILLED
    report = customer.report()
    assert report.open_orders == ()
    assert report.foreign_sales == ()
    (state,) = [state for state in report.recent if state.order_id == order.id]
    assert state.filled == order.quantity
    assert {fill.id for fill in state.fills} == {fill.id for fill in fills}


def test_a_list_whose_limit_filled_in_part_is_partial(bench: RealBench) -> None:
    customer = Customer(bench)
    order = armed(customer)
    sent(bench, order)
    bench.server.truth.liquidity("BTCUSDT", Decimal("0.002"))
    bench.move(1.2)
    bench.moved = False
    opened, filled = asked(bench, order.id)
    assert (type(opened), filled.fill.quantity) == (OrderOpened, Decimal("0.002"))
    (state,) = customer.report().open_orders
    assert (state.status, state.filled) == (Status.PARTIAL, Decimal("0.002"))


def test_a_list_on_the_wrong_side_of_the_market_is_refused(bench: RealBench) -> None:
    customer = Customer(bench)
    bench.move(1.2)
    heard(bench)
    assert [type(e) for e in sent(bench, armed(customer))] == [OrderRejected]


LIMITED = ("LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")


def test_a_market_without_plain_stops_gets_one_with_a_limit_behind_it(bench: RealBench) -> None:
    assert isinstance(bench.server, LoopbackSpot)
    listings = bench.server.binance.desk.listings
    listings["BTCUSDT"] = replace(listings["BTCUSDT"], types=LIMITED)
    customer = Customer(bench)
    order = armed(customer)
    assert [type(e) for e in sent(bench, order)] == [OrderOpened]
    legs = {leg.client_id[-1]: leg for leg in bench.server.truth.open_orders()}
    assert legs["b"].extra["type"] == "STOP_LOSS_LIMIT"
    assert legs["b"].stop_price == order.stop_price
    assert order.stop_price is not None
    assert legs["b"].price == order.stop_price * Decimal("0.98")
    asked_for = len(bench.server.asked("POST", "/api/v3/orderList/oco"))
    assert asked_for == 2, "once refused, once taken, under the same name"
    bench.venue.cancel(order.id)
    heard(bench)
    lone = customer.order(
        Side.SELL, Kind.STOP_MARKET, id="k7BS-2", purpose=Purpose.STOP,
        stop_price=customer.level(0.9),
    )  # fmt: skip
    assert [type(e) for e in sent(bench, lone)] == [OrderOpened]
    assert len(bench.server.asked("POST", "/api/v3/order")) == 1, "it is known by then"


def test_a_list_of_a_purchase_has_its_stop_above(bench: RealBench) -> None:
    customer = Customer(bench)
    order = customer.order(
        Side.BUY, Kind.OCO, price=customer.level(0.9), stop_price=customer.level(1.1)
    )
    assert [type(e) for e in sent(bench, order)] == [OrderOpened]
    legs = {leg.client_id[-1]: leg for leg in bench.server.truth.open_orders()}
    assert legs["a"].stop_price == customer.level(1.1)
    assert legs["b"].price == customer.level(0.9)


def test_a_list_whose_answer_is_lost_is_found(bench: RealBench) -> None:
    customer = Customer(bench)
    order = armed(customer)
    fault = bench.server.fault(Trouble.LOST_AFTER, "POST", "/api/v3/orderList/oco")
    assert OrderUnknown in [type(e) for e in sent(bench, order)]
    assert fault.fired == 1
    assert [type(e) for e in asked(bench, order.id)] == [OrderOpened]
    assert [type(e) for e in asked(bench, "k7BO-2")] == [OrderNotFound]


def test_a_fee_in_coins_is_told_twice_as_its_worth_and_as_coins(bench: RealBench) -> None:
    customer = Customer(bench)
    (fill,) = [e.fill for e in sent(bench, customer.order(Side.BUY)) if hasattr(e, "fill")]
    assert fill.fee_base == bench.lot / 1_000
    assert fill.fee == fill.fee_base * fill.price
    (sold,) = [e.fill for e in sent(bench, customer.order(Side.SELL)) if hasattr(e, "fill")]
    assert (sold.fee_base, sold.fee) == (0, sold.quantity * sold.price / 1_000)


def test_a_fee_in_bnb_is_valued_in_the_quote_currency() -> None:
    server = LoopbackSpot({"USDT": "50000", "BNB": "5"}, bnb_fees=True)
    keys = Keys(ApiKey().key, ApiKey().secret)
    bench = RealBench(*MARKETS["binance_spot"], server, keys)
    customer = Customer(bench)
    (fill,) = [e.fill for e in sent(bench, customer.order(Side.BUY)) if hasattr(e, "fill")]
    bench.close()
    assert fill.fee_base == 0
    worth = fill.quantity * fill.price
    assert Decimal("0.0007") < fill.fee / worth < Decimal("0.0008")  # 25 % less than 0.1 %
    assert bench.requests("GET", "/ticker/price") == 1


def test_a_market_order_that_finds_nobody_ends_with_what_it_found(bench: RealBench) -> None:
    customer = Customer(bench)
    bench.server.truth.liquidity("BTCUSDT", Decimal("0.002"))
    *_, fill, ended = sent(bench, customer.order(Side.BUY))
    assert fill.fill.quantity == ended.filled == Decimal("0.002")
    assert ended.status is Status.CANCELED


def test_an_order_by_cost_is_in_quote_currency(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY, cost=Decimal(100)))
    request = next(a for a in bench.server.log if a.method == "POST" and a.path.endswith("/order"))
    assert request.fields["quoteOrderQty"] == "100"
    assert "quantity" not in request.fields


def test_markets_where_nothing_moved_are_not_asked_about_again(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    assert len(customer.report().recent) == 1
    bench.ahead += 20_000
    customer.report()  # what moved is asked about once more
    trades = bench.requests("GET", "/myTrades")
    again = customer.report()
    assert bench.requests("GET", "/myTrades") == trades
    assert again.recent == ()
    sent(bench, customer.order(Side.SELL))
    assert [state.order_id for state in customer.report().recent][-1] == "k7E0-000002"


def test_a_revoked_key_is_a_revoked_key_however_ccxt_calls_it(bench: RealBench) -> None:
    customer = Customer(bench)
    customer.report()  # ccxt calls -2015 a temporary ban from here on
    bench.server.words.door.keys.revoke(ApiKey().key)  # type: ignore[attr-defined]
    lost, refused = sent(bench, customer.order(Side.BUY))
    assert (type(lost), lost.connected) == (LinkChanged, False)
    assert "API key" in lost.reason
    assert refused.code == "-2015"
    assert [code for code, _ in bench.notices] == ["keys_refused"]
    before = len(bench.server.log)
    bench.venue.ask(Question("report", BINANCE_SPOT))
    assert heard(bench) == []
    assert len(bench.server.log) == before


def test_the_secret_stands_in_no_event_and_no_notice(bench: RealBench) -> None:
    bench.server.words.door.keys.revoke(ApiKey().key)  # type: ignore[attr-defined]
    customer = Customer(bench)
    told = sent(bench, customer.order(Side.BUY))
    bench.venue.ask(Question("order", "k7BE-9"))
    told += heard(bench)
    said = f"{told}{bench.notices}{bench.keys}"
    assert bench.notices
    assert ApiKey().secret not in said
    assert ApiKey().key not in said


def test_reports_asked_for_at_once_are_one(bench: RealBench) -> None:
    for _ in range(3):
        bench.venue.ask(Question("report", BINANCE_SPOT))
    assert sum(isinstance(e, VenueReported) for e in heard(bench)) == 1


def test_a_sale_of_others_is_told_more_than_once(bench: RealBench) -> None:
    """Missing coins are believed at the second look, which needs the price too."""
    customer = Customer(bench)
    customer.report()
    assert customer.report().foreign_sales == ()
    sold = Foreign("BTCUSDT", "sell", "market", client_id="web_1", quantity=Decimal("0.01"))
    bench.server.truth.by_hand(sold)
    for _ in range(2):
        ((key, quantity, _),) = customer.report().foreign_sales
        assert (key, quantity) == (bench.key, Decimal("0.01"))
    bench.ahead += 20_000
    customer.report()
    assert customer.report().foreign_sales == ()  # and not for ever

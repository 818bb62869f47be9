"""Binance futures behind the port: modes, conditional orders, funding, liquidation, positions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures
from tests.contracts.real import RealBench, asked, heard, sent
from tests.exchanges.core.faults import Trouble
from trader.domain.events import (
    Liquidated,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    VenueReported,
)
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.order import Kind, Order, Purpose, Side, Status
from trader.domain.outcome import Question


@pytest.fixture
def bench() -> Iterator[Any]:
    """The loopback exchange with 50,000 USDT."""
    bench = real_futures()
    yield bench
    bench.close()


def words(bench: RealBench) -> Any:
    """What a test drives beside the books."""
    return bench.server.words


def stop(customer: Customer, name: str = "k7FS-1", **more: Any) -> Order:
    """A reduce-only stop below the price."""
    values = {"purpose": Purpose.STOP, "stop_price": customer.level(0.9), "reduce_only": True}
    return customer.order(Side.SELL, Kind.STOP_MARKET, id=name, **(values | more))


def posted(bench: RealBench, end: str) -> list[dict[str, str]]:
    """What was posted to a path that ends so."""
    log = bench.server.log
    return [dict(a.fields) for a in log if a.method == "POST" and a.path.endswith(end)]


def test_before_the_first_entry_the_account_is_set_and_read_back(bench: RealBench) -> None:
    words(bench).desk.wallet.dual = True
    customer = Customer(bench)
    assert sent(bench, customer.order(Side.BUY, leverage=3))[-1].status is Status.FILLED
    assert not words(bench).desk.wallet.dual
    position = words(bench).desk.position("BTCUSDT")
    assert (position.leverage, position.isolated) == (3, True)
    assert bench.requests("GET", "/symbolConfig") == 2  # before, and read back
    sent(bench, customer.order(Side.BUY, leverage=3))
    assert bench.requests("GET", "/symbolConfig") == 2
    assert len(posted(bench, "/leverage")) == len(posted(bench, "/marginType")) == 1
    (holding,) = customer.report().holdings
    assert (holding.quantity, holding.leverage) == (bench.lot * 2, 3)
    assert holding.entry_price == pytest.approx(bench.price, rel=0.001)
    assert 0 < holding.liquidation < bench.price


def test_reports_look_before_the_first_entry_has_to(bench: RealBench) -> None:
    """Of five questions before it three are left: what must be set, and that it was."""
    customer = Customer(bench)
    customer.report()
    customer.report()
    before = len(bench.server.log)
    assert sent(bench, customer.order(Side.BUY, leverage=3))[-1].status is Status.FILLED
    assert [asked.path.rpartition("/")[2] for asked in bench.server.log[before:]][:4] == [
        "marginType", "leverage", "symbolConfig", "order",
    ]  # fmt: skip


def test_reports_change_nothing(bench: RealBench) -> None:
    words(bench).desk.wallet.dual = True
    customer = Customer(bench)
    customer.report()
    customer.report()
    assert words(bench).desk.wallet.dual
    assert [a for a in bench.server.log if a.method == "POST"] == []
    assert sent(bench, customer.order(Side.BUY, leverage=3))[-1].status is Status.FILLED
    assert not words(bench).desk.wallet.dual


def test_exits_need_no_modes(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    words(bench).desk.position("BTCUSDT").leverage = 20  # by the user
    before = len(bench.server.log)
    exit_order = customer.order(Side.SELL, purpose=Purpose.EXIT, reduce_only=True)
    assert sent(bench, exit_order)[-1].status is Status.FILLED
    assert bench.server.log[before].path == "/fapi/v1/order"
    assert posted(bench, "/order")[-1]["reduceOnly"] == "true"


def test_an_account_that_cannot_be_set_refuses_entries_with_the_remedy(bench: RealBench) -> None:
    words(bench).desk.wallet.dual = True
    fault = bench.server.fault(
        Trouble.ERROR_JSON, "POST", "/fapi/v1/positionSide/dual", status=400, times=0
    )
    customer = Customer(bench)
    (refused,) = sent(bench, customer.order(Side.BUY))
    assert (type(refused), refused.code) == (OrderRejected, "not_sent")
    assert "one-way mode" in refused.reason
    assert fault.fired == 1
    assert posted(bench, "/order") == []


@pytest.mark.parametrize("end", ["symbolConfig", "positionSide/dual"])
def test_an_account_that_cannot_be_read_refuses_entries(bench: RealBench, end: str) -> None:
    bench.server.fault(Trouble.HTML, "GET", f"/fapi/v1/{end}", times=0)
    customer = Customer(bench)
    assert type(sent(bench, customer.order(Side.BUY))[-1]) is OrderRejected
    assert posted(bench, "/order") == []


def test_leverage_that_a_market_does_not_take_is_a_refusal(bench: RealBench) -> None:
    customer = Customer(bench)
    (refused,) = sent(bench, customer.order(Side.BUY, leverage=500))
    assert "-4028" in refused.reason
    assert "leverage 500" in refused.reason


def test_leverage_that_was_set_but_is_not_read_back_is_a_refusal(bench: RealBench) -> None:
    bench.server.fault(Trouble.EMPTY, "POST", "/fapi/v1/leverage", processed=False, times=0)
    customer = Customer(bench)
    (refused,) = sent(bench, customer.order(Side.BUY, leverage=7))
    assert type(refused) is OrderRejected
    assert posted(bench, "/order") == []


@pytest.mark.parametrize("keeps", [True, False])
def test_a_stop_waits_in_a_register_of_its_own_and_becomes_another_order(
    bench: RealBench, *, keeps: bool
) -> None:
    words(bench).desk.child_keeps_id = keeps  # the documentation does not say
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    order = stop(customer)
    (opened,) = sent(bench, order)
    assert opened.venue_id.startswith("a")
    assert posted(bench, "/algoOrder")[0]["clientAlgoId"] == order.id
    (state,) = customer.report().open_orders
    assert (state.order_id, state.status) == (order.id, Status.OPEN)
    bench.move(0.85)
    bench.moved = False
    told = asked(bench, order.id)
    assert [type(e) for e in told] == [OrderOpened, OrderFilled, OrderEnded]
    assert told[0].venue_id != opened.venue_id  # the child's
    assert told[1].fill.order_id == order.id
    assert told[2].status is Status.FILLED
    report = customer.report()
    assert (report.holdings, report.open_orders, report.foreign_sales) == ((), (), ())
    assert [s.order_id for s in report.recent].count(order.id) == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_a_stop_is_canceled_by_our_id(bench: RealBench, *, restarted: bool) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    order = stop(customer)
    sent(bench, order)
    if restarted:
        bench.restart()
    bench.venue.cancel(order.id)
    assert [(type(e), e.status) for e in heard(bench)] == [(OrderEnded, Status.CANCELED)]


def test_a_market_exit_named_like_a_stop_is_found_after_a_restart(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    leave = customer.order(Side.SELL, id="k7FS-9", purpose=Purpose.STOP, reduce_only=True)
    sent(bench, leave)
    bench.restart()
    assert asked(bench, leave.id)[-1].status is Status.FILLED
    assert [type(e) for e in asked(bench, "k7FS-404")] == [OrderNotFound]


def test_a_stop_that_would_trigger_at_once_is_refused(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    (refused,) = sent(bench, stop(customer, stop_price=customer.level(1.1)))
    assert (type(refused), refused.code) == (OrderRejected, "-2021")


def test_a_stop_whose_answer_is_lost_is_found(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    fault = bench.server.fault(Trouble.LOST_AFTER, "POST", "/fapi/v1/algoOrder")
    order = stop(customer)
    assert OrderUnknown in [type(e) for e in sent(bench, order)]
    assert fault.fired == 1
    assert [type(e) for e in asked(bench, order.id)] == [OrderOpened]


def test_a_target_triggers_above(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    target = customer.order(
        Side.SELL, Kind.TAKE_PROFIT_MARKET, id="k7FS-1t", stop_price=customer.level(1.1),
        reduce_only=True,
    )  # fmt: skip
    assert [type(e) for e in sent(bench, target)] == [OrderOpened]
    bench.move(1.15)
    assert heard(bench)[-1].status is Status.FILLED


def test_funding_is_told_once_positive_when_we_pay(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    received = words(bench).watch.charge_funding("BTCUSDT", Decimal("0.0001"))
    (funding,) = customer.report().fundings
    assert (funding.key, funding.amount) == (bench.key, -received)
    assert funding.amount > 0
    assert customer.report().fundings == ()  # the income is read twice a minute
    bench.ahead += 30_000
    (again,) = customer.report().fundings  # reports overlap; its id says that it is the same
    assert again.id == funding.id != ""


def test_a_liquidation_is_told_as_one(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY, leverage=20))
    bench.move(0.9)
    bench.moved = False
    bench.venue.ask(Question("report", BINANCE_FUTURES))
    forced, report = heard(bench)
    assert isinstance(forced, Liquidated)
    assert (forced.fill.quantity, forced.fill.side) == (bench.lot, Side.SELL)
    assert isinstance(report, VenueReported)
    assert (report.holdings, report.foreign_sales) == ((), ())


def test_cash_is_the_wallet_without_open_profit(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.BUY))
    before = customer.report()
    bench.move(1.05)
    heard(bench)
    after = customer.report()
    assert after.cash == before.cash < 50_000  # the fee
    assert after.cash_free < after.cash


def test_a_short_is_negative(bench: RealBench) -> None:
    customer = Customer(bench)
    sent(bench, customer.order(Side.SELL))
    assert customer.held() == -bench.lot

"""Every trouble on the way to a real exchange: sent once, told as what it is, found afterwards."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import real_futures, real_spot, real_upbit
from tests.contracts.real import RealBench, asked
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.orders import Order as Foreign
from trader.domain.events import (
    CancelFailed,
    Event,
    LinkChanged,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    VenueReported,
)
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Side
from trader.domain.outcome import Question
from trader.venues.real.asking import market_of
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS

BENCHES: dict[str, Callable[[], Any]] = {
    UPBIT: real_upbit,
    BINANCE_SPOT: real_spot,
    BINANCE_FUTURES: real_futures,
}
ORDERS = {UPBIT: "/v1/orders", BINANCE_SPOT: "/api/v3/order", BINANCE_FUTURES: "/fapi/v1/order"}
ONE = {UPBIT: "/v1/order", BINANCE_SPOT: "/api/v3/order", BINANCE_FUTURES: "/fapi/v1/order"}


@pytest.fixture(params=list(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[RealBench]:
    """Each exchange, with ccxt in front of it; answers are waited for half a second."""
    bench = BENCHES[request.param]()
    bench.exchange.timeout = 500
    try:
        yield bench
    finally:
        bench.close()


def kinds(events: list[Event]) -> list[type]:
    """What sorts of events, those about the link left out."""
    return [type(event) for event in events if not isinstance(event, LinkChanged)]


DONE = [
    Trouble.LOST_AFTER, Trouble.TRUNCATED, Trouble.BROKEN_JSON, Trouble.HTML, Trouble.EMPTY,
]  # fmt: skip
NOT_DONE = [Trouble.LOST_BEFORE, Trouble.ERROR_JSON, Trouble.ERROR_HTML, Trouble.MAINTENANCE]


@pytest.mark.parametrize("trouble", DONE)
def test_an_order_whose_answer_is_spoilt_is_unknown_and_is_found(
    bench: RealBench, trouble: Trouble
) -> None:
    customer = Customer(bench)
    path = ORDERS[bench.capabilities.venue]
    fault = bench.server.fault(trouble, "POST", path)
    order = customer.order(Side.BUY)
    assert kinds(customer.send(order)) == [OrderUnknown]
    assert fault.fired == 1
    found = asked(bench, order.id)
    assert kinds(found)[0] is OrderOpened
    assert kinds(found)[-1] is OrderEnded
    assert OrderFilled in kinds(found)
    assert bench.requests("POST", path) == 1  # never again


@pytest.mark.parametrize("trouble", NOT_DONE)
def test_an_order_that_was_lost_is_unknown_and_is_not_found(
    bench: RealBench, trouble: Trouble
) -> None:
    customer = Customer(bench)
    path = ORDERS[bench.capabilities.venue]
    fault = bench.server.fault(trouble, "POST", path, status=503)
    order = customer.order(Side.BUY)
    assert kinds(customer.send(order)) == [OrderUnknown]
    assert fault.fired == 1
    assert kinds(asked(bench, order.id)) == [OrderNotFound]
    assert bench.requests("POST", path) == 1


def test_an_order_that_arrives_after_we_gave_up_is_unknown_and_is_found(bench: RealBench) -> None:
    customer = Customer(bench)
    path = ORDERS[bench.capabilities.venue]
    fault = bench.server.fault(Trouble.ANSWERS_LATE, "POST", path, seconds=0.8)
    order = customer.order(Side.BUY)
    assert kinds(customer.send(order)) == [OrderUnknown]
    assert fault.fired == 1
    assert kinds(asked(bench, order.id))[-1] is OrderEnded


def test_an_error_of_a_question_is_no_information(bench: RealBench) -> None:
    customer = Customer(bench)
    order = customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9))
    customer.send(order)
    path = ONE[bench.capabilities.venue]
    for trouble in (Trouble.ERROR_JSON, Trouble.HTML, Trouble.EMPTY, Trouble.BROKEN_JSON):
        fault = bench.server.fault(trouble, "GET", path)
        assert kinds(asked(bench, order.id)) == []
        assert fault.fired == 1
    assert kinds(asked(bench, order.id)) == [OrderOpened]


def test_a_cancellation_whose_answer_is_lost_has_failed_and_the_order_is_over(
    bench: RealBench,
) -> None:
    customer = Customer(bench)
    order = customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9))
    customer.send(order)
    fault = bench.server.fault(Trouble.LOST_AFTER, "DELETE", ONE[bench.capabilities.venue])
    bench.venue.cancel(order.id)
    assert kinds(bench.heard()) == [CancelFailed]  # the HTTP library may have sent it again
    assert fault.fired == 1
    assert kinds(asked(bench, order.id)) == [OrderOpened, OrderEnded]


@pytest.mark.parametrize("trouble", [Trouble.HTML, Trouble.ERROR_JSON, Trouble.LOST_BEFORE])
def test_a_report_with_a_hole_is_no_report(bench: RealBench, trouble: Trouble) -> None:
    customer = Customer(bench)
    customer.report()
    gets = {a.path for a in bench.server.log if a.method == "GET" and "time" not in a.path}
    assert len(gets) >= 3
    met = 0
    for path in sorted(gets - {ONE[bench.capabilities.venue]}):
        fault = bench.server.fault(trouble, "GET", path, times=2)  # a lost GET is sent once more
        before = len(bench.notices)
        bench.venue.ask(Question("report", bench.capabilities.venue))
        heard = bench.heard()
        if fault.fired:  # some lists are read again only when something moved
            met += 1
            assert not [e for e in heard if isinstance(e, VenueReported)], path
            assert len(bench.notices) == before + 1
        bench.server.plan.clear()
    assert met >= 2
    assert customer.report().cash > 0


def test_after_429_nothing_is_sent_until_it_may_be(bench: RealBench) -> None:
    clock = {"now": 1_000_000}

    async def sleep(seconds: float) -> None:
        clock["now"] += round(seconds * 1_000)

    budget = Budget(LIMITS[bench.capabilities.venue], lambda: clock["now"], sleep)
    bench.exchange.enableRateLimit = True
    bench.exchange.gate = budget
    customer = Customer(bench)
    path = ORDERS[bench.capabilities.venue]
    fault = bench.server.fault(Trouble.BANNED, "POST", path)
    refused = customer.send(customer.order(Side.BUY))
    assert kinds(refused) == [OrderRejected]
    assert fault.fired == 1
    silence, sent = budget.silent_for, len(bench.server.log)
    assert silence > 0
    if silence > 5_000:  # longer than an order may wait: it is told at once
        late = customer.send(customer.order(Side.BUY))
        assert kinds(late) == [OrderRejected]
        assert len(bench.server.log) == sent
        clock["now"] += silence
    assert kinds(customer.send(customer.order(Side.BUY)))[-1] is OrderEnded
    assert max(budget.used.values()) > 0


def test_after_a_restart_orders_are_found_without_any_memory(bench: RealBench) -> None:
    customer = Customer(bench)
    order = customer.order(Side.BUY, Kind.LIMIT, price=customer.level(0.9))
    customer.send(order)
    bench.restart()
    assert [s.order_id for s in customer.report().open_orders] == [order.id]
    assert kinds(asked(bench, order.id)) == [OrderOpened]
    bench.venue.cancel(order.id)
    assert kinds(bench.heard()) == [OrderEnded]


def test_what_somebody_else_sold_is_told_with_its_price(bench: RealBench) -> None:
    customer = Customer(bench)
    customer.send(customer.order(Side.BUY))
    before = customer.held()
    symbol = market_of(bench.key)
    theirs = Foreign(symbol, "sell", "market", quantity=bench.lot, manual=True)
    theirs.extra = {"type": "MARKET", "tif": "GTC", "list": -1, "reduce": True}
    theirs.client_id = "web_123"
    bench.server.truth.by_hand(theirs)
    report = customer.report()
    ((key, quantity, price),) = report.foreign_sales
    assert (key, quantity) == (bench.key, bench.lot)
    assert abs(price / Decimal(bench.price) - 1) < Decimal("0.01")
    held = sum(h.quantity for h in report.holdings if h.key == bench.key)
    assert before - held == bench.lot


def test_what_waited_too_long_is_not_sent(bench: RealBench) -> None:
    times = iter([0, 6_000])
    real = bench.real._ears
    object.__setattr__(real, "now", lambda: next(times, 6_001))
    customer = Customer(bench)
    (refused,) = customer.send(customer.order(Side.BUY, reduce_only=True))
    assert isinstance(refused, OrderRejected)
    assert refused.code == "not_sent"
    assert bench.requests("POST", ORDERS[bench.capabilities.venue]) == 0

"""The contract of the port `Venues`: what the engine may rely on, whatever is behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.contracts.bench import Customer
from tests.contracts.benches import BENCHES, MARGIN, STRICT
from trader.domain.events import (
    CancelFailed,
    Event,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    PriceSeen,
)
from trader.domain.order import Fill, Kind, Side, Status
from trader.domain.outcome import Question


def _entered(name: str) -> Iterator[Customer]:
    """A customer at a fresh exchange."""
    bench = BENCHES[name]()
    try:
        yield Customer(bench)
    finally:
        bench.close()


@pytest.fixture(params=list(BENCHES))
def anyone(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """At every venue there is."""
    yield from _entered(request.param)


@pytest.fixture(params=STRICT)
def strict(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """At venues that insist on their rules."""
    yield from _entered(request.param)


@pytest.fixture(params=MARGIN)
def on_margin(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """Where contracts are traded."""
    yield from _entered(request.param)


@pytest.fixture(params=[name for name in BENCHES if name not in MARGIN])
def on_spot(request: pytest.FixtureRequest) -> Iterator[Customer]:
    """Where coins are traded."""
    yield from _entered(request.param)


def fills(events: Iterable[Event]) -> list[Fill]:
    """The trades among the answers."""
    return [event.fill for event in events if isinstance(event, OrderFilled)]


def kinds_of(events: Iterable[Event]) -> list[type]:
    """What sorts of answers came."""
    return [type(event) for event in events]


def test_nothing_is_answered_before_it_was_asked(anyone: Customer) -> None:
    assert anyone.bench.heard() == []


@pytest.mark.parametrize("side", Side)
def test_a_market_order_trades_and_ends_and_the_report_agrees(anyone: Customer, side: Side) -> None:
    before = anyone.held()
    order = anyone.order(side)
    heard = anyone.send(order)
    told = kinds_of(heard)
    assert told.count(OrderEnded) == 1
    assert told[-1] is OrderEnded
    assert set(told[:-1]) <= {OrderOpened, OrderFilled}
    signed = [f.quantity if side is Side.BUY else -f.quantity for f in fills(heard)]
    in_coins = sum((f.fee_base for f in fills(heard)), Decimal())
    assert anyone.held() - before == sum(signed) - in_coins != 0


def test_a_trade_names_its_order_and_has_an_id_of_its_own(anyone: Customer) -> None:
    orders = [anyone.order(side) for side in (Side.BUY, Side.SELL, Side.BUY)]
    trades = [(order, fill) for order in orders for fill in fills(anyone.send(order))]
    assert len({fill.id for _, fill in trades}) == len(trades) >= 3
    for order, fill in trades:
        assert (fill.order_id, fill.key, fill.side) == (order.id, order.key, order.side)
        assert fill.quantity > 0
        assert fill.price > 0
        assert fill.fee >= 0


def test_an_order_ends_filled_or_tells_what_was_left(anyone: Customer) -> None:
    order = anyone.order(Side.BUY)
    *_, end = anyone.send(order)
    assert isinstance(end, OrderEnded)
    by_cost = order.cost is not None
    assert end.status is (Status.CANCELED if by_cost else Status.FILLED)  # Upbit: a residue


def test_asking_for_an_order_repeats_its_trades(anyone: Customer) -> None:
    order = anyone.order(Side.BUY)
    heard = anyone.send(order)
    anyone.bench.venue.ask(Question("order", order.id))
    again = anyone.bench.heard()
    # Binance's answer to an order tells one time for all its trades, the trades tell their own
    assert [replace(f, at=0) for f in fills(again)] == [replace(f, at=0) for f in fills(heard)]
    ended = heard[-1]
    assert isinstance(ended, OrderEnded)  # where the exchange is ahead, the time is that of hearing
    assert [replace(e, at=0) for e in again if isinstance(e, OrderEnded)] == [replace(ended, at=0)]


def test_an_order_that_never_was_is_not_found(anyone: Customer) -> None:
    anyone.bench.venue.ask(Question("order", "k7E0-nobody"))
    assert kinds_of(anyone.bench.heard()) == [OrderNotFound]


def test_a_limit_order_rests_is_reported_and_can_be_canceled_once(anyone: Customer) -> None:
    order = anyone.order(Side.BUY, Kind.LIMIT, price=anyone.level(0.9))
    assert set(kinds_of(anyone.send(order))) <= {OrderOpened}
    (open_order,) = anyone.report().open_orders
    assert (open_order.order_id, open_order.status) == (order.id, Status.OPEN)
    anyone.bench.venue.cancel(order.id)
    (ended,) = anyone.bench.heard()
    assert isinstance(ended, OrderEnded)
    assert ended.status is Status.CANCELED
    assert anyone.report().open_orders == ()
    anyone.bench.venue.cancel(order.id)
    assert kinds_of(anyone.bench.heard()) == [CancelFailed]


def test_a_resting_order_trades_when_the_market_comes_to_it(anyone: Customer) -> None:
    order = anyone.order(Side.SELL, Kind.LIMIT, price=anyone.level(1.1))
    anyone.send(order)
    anyone.bench.move(1.2)
    heard = anyone.bench.heard()
    assert sum(f.quantity for f in fills(heard)) == order.quantity
    assert all(f.price >= anyone.level(1.1) for f in fills(heard))


def test_canceling_what_never_was_fails(anyone: Customer) -> None:
    anyone.bench.venue.cancel("k7E0-nobody")
    assert kinds_of(anyone.bench.heard()) == [CancelFailed]


def test_a_price_that_was_asked_for_is_marked_independent(anyone: Customer) -> None:
    anyone.bench.venue.ask(Question("price", anyone.bench.key))
    (seen,) = anyone.bench.heard()
    assert isinstance(seen, PriceSeen)
    assert (seen.key, seen.independent) == (anyone.bench.key, True)


def test_a_report_holds_cash_and_what_was_there_before(anyone: Customer) -> None:
    report = anyone.report()
    assert report.venue == anyone.bench.capabilities.venue
    assert report.cash == report.cash_free > 0
    held = sum(h.quantity for h in report.holdings)
    assert held == (0 if anyone.bench.capabilities.margin else anyone.bench.lot * 100)


def test_an_exit_on_margin_never_flips_the_position(on_margin: Customer) -> None:
    lot = on_margin.bench.lot
    on_margin.send(on_margin.order(Side.BUY))
    on_margin.send(on_margin.order(Side.SELL, quantity=lot * 3, reduce_only=True))
    assert on_margin.held() == 0
    refused = on_margin.send(on_margin.order(Side.SELL, reduce_only=True))
    assert kinds_of(refused) == [OrderRejected]


def test_nobody_sells_coins_that_he_has_not(on_spot: Customer) -> None:
    too_many = on_spot.bench.lot * 101
    heard = on_spot.send(on_spot.order(Side.SELL, quantity=too_many))
    assert kinds_of(heard) == [OrderRejected]


def test_an_order_below_the_minimum_is_refused_for_good(strict: Customer) -> None:
    tiny = strict.bench.lot / 1000
    heard = strict.send(strict.order(Side.SELL, Kind.LIMIT, quantity=tiny, price=strict.level(1.1)))
    assert kinds_of(heard) == [OrderRejected]


def test_what_cannot_be_paid_is_refused_for_good(strict: Customer) -> None:
    lots = strict.bench.lot * 1_000
    order = strict.order(Side.BUY, Kind.LIMIT, quantity=lots, price=strict.level(0.9))
    assert kinds_of(strict.send(order)) == [OrderRejected]
    assert strict.report().open_orders == ()


def test_an_id_of_an_open_order_is_no_new_order_and_no_refusal(strict: Customer) -> None:
    order = strict.order(Side.BUY, Kind.LIMIT, price=strict.level(0.9))
    strict.send(order)
    assert kinds_of(strict.send(order)) == [OrderUnknown]  # it exists: to be asked for
    assert len(strict.report().open_orders) == 1


def test_protection_is_taken_exactly_where_the_capabilities_say(strict: Customer) -> None:
    protection = strict.bench.capabilities.protection
    margin = strict.bench.capabilities.margin
    if margin:
        strict.send(strict.order(Side.BUY))
    stop, target = strict.level(0.9), strict.level(1.1)
    listed = strict.order(Side.SELL, Kind.OCO, price=target, stop_price=stop)
    alone = strict.order(Side.SELL, Kind.STOP_MARKET, stop_price=stop, reduce_only=margin)
    taken = {order.kind: kinds_of(strict.send(order)) == [OrderOpened] for order in (listed, alone)}
    assert taken[Kind.OCO] == (protection == "oco")
    assert taken[Kind.STOP_MARKET] == (protection != "none")
    strict.bench.move(0.85)
    stopped = {f.order_id for f in fills(strict.bench.heard())}
    assert stopped == {o.id for o in (listed, alone) if taken[o.kind]}

"""Whatever happens on the loopback exchange: no money appears, none is lost, nothing is twice."""

from collections.abc import Callable
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchanges.core.accounts import ShortOfFundsError
from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.toys import books
from tests.exchanges.core.truth import Truth

D = Decimal
Step = Callable[[Truth], None]
_PRICES = st.integers(60, 140).map(D)
_SIZES = st.integers(1, 1_500).map(lambda n: D(n) / 100)
_SIDES = st.sampled_from(["buy", "sell"])
_FORCES = st.sampled_from(["gtc", "ioc", "fok", "post_only"])


def _moved(price: Decimal) -> Step:
    return lambda truth: truth.move("A/Q", price)


def _placed(order: Order) -> Step:
    return lambda truth: _tried(truth, order)


def _tried(truth: Truth, order: Order) -> None:
    try:
        truth.place(order)
    except ShortOfFundsError:
        assert order.number == 0


def _cancelled(which: int) -> Step:
    def cancel(truth: Truth) -> None:
        if resting := truth.open_orders():
            truth.end(resting[which % len(resting)], State.CANCELED)

    return cancel


def _held_up(paused: bool) -> Step:
    def pause(truth: Truth) -> None:
        truth.paused = paused
        if not paused:
            truth.resume()

    return pause


def _thinned(quantity: Decimal | None) -> Step:
    return lambda truth: truth.liquidity("A/Q", quantity)


def _limit(side: str, price: Decimal, size: Decimal, force: str) -> Order:
    return Order("A/Q", side, "limit", price, size, time_in_force=force)


def _stop(side: str, price: Decimal, size: Decimal) -> Order:
    above = side == "buy"
    return Order("A/Q", side, "market", quantity=size, stop_price=price, stop_above=above)


_STEPS = st.one_of(
    _PRICES.map(_moved),
    st.builds(_limit, _SIDES, _PRICES, _SIZES, _FORCES).map(_placed),
    st.builds(_stop, _SIDES, _PRICES, _SIZES).map(_placed),
    st.builds(lambda side, size: Order("A/Q", side, "market", quantity=size), _SIDES, _SIZES)
    .map(_placed),
    _SIZES.map(lambda size: _placed(Order("A/Q", "buy", "market", cost=size * 100))),
    st.integers(0, 9).map(_cancelled),
    st.booleans().map(_held_up),
    st.one_of(st.none(), _SIZES).map(_thinned),
)  # fmt: skip


def _owed(truth: Truth) -> dict[str, Decimal]:
    """What the trades say that there must be."""
    owed = {"A": D(5), "Q": D(1_000)}
    for trade in truth.trades:
        sign = 1 if trade.side == "buy" else -1
        owed["A"] += sign * trade.quantity
        owed["Q"] -= sign * trade.cost
        owed[trade.fee_asset] -= trade.fee
    return owed


def _check(truth: Truth) -> None:
    for asset, owed in _owed(truth).items():
        balance = truth.accounts.of(asset)
        held = sum((o.locked for o in truth.open_orders() if o.locked_asset == asset), D(0))
        assert (balance.total, balance.locked) == (owed, held)
        assert balance.free >= 0
    for order in truth.orders:
        assert order.filled == sum((t.quantity for t in order.trades), D(0))
        assert order.quantity is None or order.filled <= order.quantity
        assert (order.state is State.DONE) == (order.filled == order.quantity)
        assert order.is_open or order.locked == 0


@settings(max_examples=60, deadline=None)
@given(st.booleans(), st.lists(_STEPS, max_size=25))
def test_money_and_orders_add_up(fee_on_top: bool, steps: list[Step]) -> None:
    truth = books(fee_on_top=fee_on_top)
    truth.cost_buy_ends = State.CANCELED
    for step in steps:
        step(truth)
        _check(truth)

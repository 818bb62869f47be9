"""Whether the truth is true: money is conserved, orders match at the prices that they should."""

from decimal import Decimal

import pytest

from tests.exchanges.core.accounts import ShortOfFundsError
from tests.exchanges.core.books import Change
from tests.exchanges.core.market import MINUTE, Bar
from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.settlement import Spot
from tests.exchanges.core.toys import FEE, books
from tests.exchanges.core.truth import Truth

D = Decimal


def _limit(side: str, quantity: str, price: str, **more: object) -> Order:
    return Order("A/Q", side, "limit", D(price), D(quantity), **more)  # type: ignore[arg-type]


def test_a_market_order_walks_the_depth() -> None:
    truth = books()
    truth.depth("A/Q", [], [(D(100), D(2)), (D(110), D(5))])
    order = truth.place(Order("A/Q", "buy", "market", quantity=D(3)))
    assert [(t.price, t.quantity) for t in order.trades] == [(D(100), D(2)), (D(110), D(1))]
    assert (order.state, order.average) == (State.DONE, D(310) / 3)
    assert truth.accounts.of("Q").total == 1_000 - 310
    assert truth.accounts.of("A").free == 5 + 3 * (1 - FEE)  # the fee is in coins
    assert truth.markets["A/Q"].asks == [(D(110), D(4))]


def test_a_fee_on_top_is_paid_in_money() -> None:
    truth = books(fee_on_top=True)
    order = truth.place(Order("A/Q", "buy", "market", cost=D(202)))  # asks begin at 101
    assert (order.filled, order.fee) == (D(2), 202 * FEE)
    assert truth.accounts.held() == {"Q": 1_000 - 202 * (1 + FEE), "A": D(7)}
    with pytest.raises(ShortOfFundsError, match="Q"):
        truth.place(Order("A/Q", "buy", "market", cost=truth.accounts.of("Q").free))


def test_makers_and_takers_pay_their_own_fees() -> None:
    truth = books()
    truth.settlement = Spot(maker=D("0.001"), taker=D("0.002"), fee_on_top=True)
    made = truth.place(_limit("sell", "1", "110"))
    truth.move("A/Q", D(110))
    taken = truth.place(Order("A/Q", "sell", "market", quantity=D(1)))
    assert (made.fee, taken.fee) == (D("0.110"), D("0.220"))


def test_a_buy_by_cost_leaves_less_than_a_step() -> None:
    truth = books()
    truth.cost_buy_ends = State.CANCELED
    order = truth.place(Order("A/Q", "buy", "market", cost=D(100)))
    assert (order.state, order.filled) == (State.CANCELED, D("0.99009900"))
    assert 0 < 100 - order.spent < D("0.00000101")
    assert truth.accounts.of("Q").locked == 0


@pytest.mark.parametrize(("side", "price", "beyond"), [("buy", "90", "80"), ("sell", "110", "120")])
def test_a_limit_order_rests_and_fills_at_its_own_price(side: str, price: str, beyond: str) -> None:
    truth = books()
    order = truth.place(_limit(side, "2", price))
    assert order.is_open
    assert truth.accounts.of(order.locked_asset).locked == order.locked > 0
    truth.liquidity("A/Q", D("0.5"))
    truth.move("A/Q", D(beyond))
    assert (order.filled, order.is_open) == (D("0.5"), True)
    truth.liquidity("A/Q", None)
    truth.move("A/Q", D(beyond))
    assert (order.state, order.average) == (State.DONE, D(price))
    assert all(trade.maker for trade in order.trades)
    assert truth.accounts.of(order.locked_asset).locked == 0


def test_a_cancelled_order_gives_back_what_it_held() -> None:
    truth = books()
    order = truth.place(_limit("buy", "2", "90"))
    truth.end(order, State.CANCELED)
    assert truth.accounts.held() == {"Q": D(1_000), "A": D(5)}
    assert (truth.accounts.of("Q").locked, len(truth.open_orders())) == (D(0), 0)


@pytest.mark.parametrize(
    ("force", "price", "state", "filled"),
    [
        ("post_only", "101", State.CANCELED, 0), ("post_only", "100", State.OPEN, 0),
        ("ioc", "101", State.CANCELED, D("9.9")), ("fok", "101", State.CANCELED, 0),
        ("fok", "105", State.DONE, 10), ("gtc", "101", State.OPEN, D("9.9")),
    ],
)  # fmt: skip
def test_times_in_force(force: str, price: str, state: State, filled: Decimal) -> None:
    truth = books()
    truth.accounts.give("Q", D(500))
    truth.depth("A/Q", [], [(D(101), D("9.9")), (D(105), D(9))])
    order = truth.place(_limit("buy", "10", price, time_in_force=force))
    assert (order.state, order.filled) == (state, filled)


def test_a_stop_sleeps_until_its_price() -> None:
    truth = books()
    order = Order("A/Q", "sell", "market", quantity=D(1), stop_price=D(90), stop_above=False)
    truth.place(order)
    truth.move("A/Q", D(91))
    assert (order.dormant, order.filled) == (True, D(0))
    truth.move("A/Q", D(89))
    assert (order.state, order.average) == (State.DONE, D(89))


def test_what_is_paused_is_matched_later_and_what_is_invisible_is_found_later() -> None:
    truth = books()
    truth.paused, truth.invisible_for = True, 500
    order = truth.place(Order("A/Q", "sell", "market", quantity=D(1)))
    assert (order.filled, len(truth.seen())) == (D(0), 0)
    truth.resume()
    truth.clock.advance(500)
    assert (order.state, truth.seen()) == (State.DONE, [order])


def test_a_market_order_without_liquidity_ends_dry() -> None:
    truth = books()
    truth.dry_ends = State.EXPIRED
    truth.liquidity("A/Q", D("0.25"))
    order = truth.by_hand(Order("A/Q", "sell", "market", quantity=D(1)))
    assert (order.state, order.filled, order.manual) == (State.EXPIRED, D("0.25"), True)


def test_everything_is_told_in_the_order_in_which_it_happens() -> None:
    truth, heard = books(), list[Change]()
    truth.listeners.append(heard.append)
    truth.place(Order("A/Q", "sell", "market", quantity=D(1)))
    assert [c.kind for c in heard] == [
        "order", "balance", "order", "balance", "order", "market",
    ]  # fmt: skip
    assert heard[2].trade is truth.trades[0]


def test_an_order_that_can_no_longer_be_paid_ends_with_what_it_has() -> None:
    truth = books()
    truth.paused = True
    order = truth.place(Order("A/Q", "buy", "market", quantity=D(9)))
    truth.move("A/Q", D(200))
    truth.resume()
    assert (order.state, order.filled) == (State.CANCELED, D(0))
    assert truth.accounts.held() == {"Q": D(1_000), "A": D(5)}


def test_money_is_conserved_through_a_day_of_everything() -> None:
    truth = books(fee_on_top=True)
    _busy_day(truth)
    paid = sum((t.cost * (1 if t.side == "buy" else -1) + t.fee for t in truth.trades), D(0))
    coins = sum((t.quantity * (1 if t.side == "buy" else -1) for t in truth.trades), D(0))
    assert len(truth.trades) > 3
    assert truth.accounts.of("Q").total == 1_000 - paid + 50
    assert truth.accounts.of("A").total == 5 + coins - 1
    assert len({t.number for t in truth.trades}) == len(truth.trades)


def _busy_day(truth: Truth) -> None:
    truth.place(Order("A/Q", "buy", "market", cost=D(150)))
    resting = truth.place(_limit("sell", "2", "130"))
    truth.place(_limit("buy", "1", "95"))
    truth.move("A/Q", D(94))
    truth.transfer("Q", D(50))
    truth.transfer("A", D(-1))
    truth.move("A/Q", D(131))
    assert resting.state is State.DONE
    truth.by_hand(Order("A/Q", "sell", "market", quantity=D("0.3")))


def test_bars_are_made_of_prints_and_of_history_and_empty_minutes_are_missing() -> None:
    truth = books()
    market = truth.markets["A/Q"]
    flat = Bar(D(1), D(3), D(1), D(2), D(5), D(9))
    market.seed([(0, flat), (MINUTE, flat), (3 * MINUTE, flat)])
    truth.move("A/Q", D(7), D(2))
    now = 960_000  # the minute of the clock's 1,000,000
    assert [at for at, _ in market.bars(MINUTE, 0, now + 1)] == [0, MINUTE, 3 * MINUTE, now]
    assert market.minutes[now] == Bar(D(7), D(7), D(7), D(7), D(2), D(14))
    joined = market.newest(3 * MINUTE, 6 * MINUTE, 2)
    assert [(at, bar.volume) for at, bar in joined] == [(3 * MINUTE, D(5)), (0, D(10))]
    assert [at for at, _ in market.newest(MINUTE, now, 2)] == [3 * MINUTE, MINUTE]

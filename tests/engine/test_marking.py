"""Mark prices: the liquidation guard is judged by them, an emergency stop is confirmed by them."""

from decimal import Decimal

import pytest

from tests.engine.bench import Bench
from trader.domain.events import MarkSeen
from trader.domain.order import Kind, Order
from trader.domain.outcome import NOTHING, Outcome, Question


def exits(bench: Bench) -> list[Order]:
    """Market orders that end positions."""
    return [o for o in bench.sent if o.kind is Kind.MARKET and not o.is_entry]


def mark(bench: Bench, price: float, key: str = "") -> Outcome:
    """A mark price of now."""
    return bench.tell(MarkSeen(key or bench.key, price, bench.now))


@pytest.fixture
def guarded() -> Bench:
    """A long from 100 with 2x: liquidation 100 x 0.5 / 0.996 = 50.2, guard at 62.75."""
    bench = Bench(
        "binance_futures",
        can={"second_price": True, "protection": "none"},
        liquidation_min_distance=0.2,
        emergency_stop_percent=0.0,
    )
    bench.hold()
    return bench


@pytest.fixture
def watched() -> Bench:
    """A long from 100 on futures whose emergency stop lies at 95."""
    bench = Bench("binance_futures", can={"second_price": True, "protection": "none"})
    bench.hold()
    return bench


def test_the_guard_follows_the_mark_price_whatever_the_last_price_is(guarded: Bench) -> None:
    out = mark(guarded, 62.0)
    assert out.ask == [Question("price", guarded.key)]
    assert not exits(guarded)
    guarded.wait(1.0)
    mark(guarded, 61.9)
    assert [order.reason for order in exits(guarded)] == ["liquidation_guard"]
    assert exits(guarded)[0].quantity == Decimal(20)


def test_one_bad_mark_price_closes_nothing(guarded: Bench) -> None:
    mark(guarded, 10.0)
    guarded.wait(1.0)
    mark(guarded, 99.0)
    guarded.wait(5.0)
    assert not exits(guarded)
    assert guarded.held().breach_at < 0


def test_mark_and_last_price_together_close_at_once(guarded: Bench) -> None:
    guarded.price(62.5)
    assert not exits(guarded)
    mark(guarded, 62.0)
    assert [order.reason for order in exits(guarded)] == ["liquidation_guard"]


def test_a_last_price_alone_does_not_liquidate_while_the_mark_is_known(guarded: Bench) -> None:
    mark(guarded, 80.0)
    guarded.price(62.0)
    guarded.price(61.0, sure=True)
    guarded.wait(3.0)
    assert not exits(guarded)


def test_when_mark_prices_are_silent_the_last_price_guards(guarded: Bench) -> None:
    mark(guarded, 80.0)
    guarded.wait(5.1)
    guarded.price(62.0)
    assert not exits(guarded)
    guarded.price(61.9, sure=True)
    assert [order.reason for order in exits(guarded)] == ["liquidation_guard"]


def test_an_unanswered_alarm_of_the_mark_acts_after_two_seconds(guarded: Bench) -> None:
    mark(guarded, 62.0)
    guarded.wait(1.9)
    assert not exits(guarded)
    guarded.wait(0.1)
    assert [order.reason for order in exits(guarded)] == ["liquidation_guard"]


def test_an_emergency_that_the_mark_price_shows_too_needs_no_question(watched: Bench) -> None:
    mark(watched, 94.5)
    assert not exits(watched)
    out = watched.price(94.0)
    assert [order.reason for order in exits(watched)] == ["emergency_stop"]
    assert out.ask == []


def test_an_emergency_that_the_mark_price_does_not_show_asks_as_ever(watched: Bench) -> None:
    mark(watched, 99.0)
    out = watched.price(94.0)
    assert out.ask == [Question("price", watched.key)]
    assert not exits(watched)
    watched.wait(1.0)
    mark(watched, 94.0)
    assert [order.reason for order in exits(watched)] == ["emergency_stop"]


def test_an_emergency_is_not_confirmed_by_an_old_mark_price(watched: Bench) -> None:
    mark(watched, 94.0)
    watched.wait(5.1)
    watched.price(94.0)
    assert not exits(watched)


def test_what_is_not_held_or_not_known_is_only_noted(watched: Bench) -> None:
    assert mark(watched, 1.0, watched.other) is NOTHING
    assert watched.state.symbols[watched.other].fair == 1.0
    assert mark(watched, 1.0, "binance_futures:XRP/USDT") is NOTHING
    assert mark(watched, 0.0) is NOTHING
    assert not exits(watched)

"""Orders on the exchange that guard a position: armed, moved, lost, refused, taken away to sell."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.engine.bench import SHORT, Bench
from trader.domain import events as ev
from trader.domain.order import Kind, Order, Status


def guards(bench: Bench) -> list[Order]:
    """Protective orders, in the order of being sent."""
    return [order for order in bench.sent if order.guards]


def exits(bench: Bench) -> list[Order]:
    """Exits of the engine's own."""
    return [o for o in bench.sent if o.kind is Kind.MARKET and not o.is_entry]


def armed(venue: str = "binance_spot", **settings: Any) -> Bench:
    """Ten coins bought at 100, protected by an open order."""
    bench = Bench(venue, **settings)
    bench.hold()
    for order in guards(bench):
        bench.opened(order)
    return bench


def test_spot_is_protected_by_one_list_right_after_the_fill() -> None:
    (order,) = guards(armed())
    assert (order.kind, order.stop_price, order.price, order.quantity) == (
        Kind.OCO,
        Decimal(95),
        Decimal(105),
        Decimal(10),
    )


def test_without_a_target_a_lone_stop_protects() -> None:
    (order,) = guards(armed(take_profit_percent=0.0))
    assert (order.kind, order.stop_price) == (Kind.STOP_MARKET, Decimal(95))


def test_futures_have_two_orders_that_only_reduce() -> None:
    bench = Bench("binance_futures", allow_shorts=True)
    bench.hold(SHORT)
    stop, target = guards(bench)
    assert (stop.kind, stop.stop_price) == (Kind.STOP_MARKET, Decimal(105))
    assert (target.kind, target.stop_price) == (Kind.TAKE_PROFIT_MARKET, Decimal(95))
    assert stop.reduce_only
    assert target.reduce_only


def test_where_the_exchange_has_no_stops_the_engine_watches() -> None:
    bench = Bench("upbit")
    bench.hold()
    assert not guards(bench)


def test_without_any_stop_there_is_nothing_to_place() -> None:
    assert not guards(armed(emergency_stop_percent=0.0))


def test_the_exchange_is_given_three_seconds_to_act() -> None:
    bench = armed()
    bench.price(95.0)
    assert not exits(bench)
    assert not bench.canceled
    bench.wait(2.9)
    assert not bench.canceled
    bench.wait(0.1)
    (order,) = guards(bench)
    assert bench.canceled == [order.id]


def test_when_the_exchange_acts_nothing_more_is_sold() -> None:
    bench = armed()
    bench.price(95.0)
    (order,) = guards(bench)
    out = bench.fill(order, 95.0)
    assert [str(t.exit_reason) for t in out.trades] == ["emergency_stop"]
    bench.wait(10)
    assert not exits(bench)
    assert not bench.canceled


def test_of_a_list_the_price_tells_which_leg_it_was() -> None:
    bench = armed()
    (order,) = guards(bench)
    assert [str(t.exit_reason) for t in bench.fill(order, 105.0).trades] == ["take_profit"]


def test_a_software_exit_waits_until_the_list_is_gone() -> None:
    bench = armed(stop_loss_percent=0.03, max_holding=3_600.0)
    bench.close(100.0)
    bench.close(100.0)
    bench.close(100.0)
    bench.price(100.0)  # three hours: time is up
    (order,) = guards(bench)
    assert bench.canceled == [order.id]
    assert not exits(bench)  # the list still locks the coins
    bench.ended(order)
    assert [o.reason for o in exits(bench)] == ["time_exit"]


def test_a_list_that_fills_while_it_is_being_cancelled_ends_the_position() -> None:
    bench = armed(max_holding=3_600.0)
    for _ in range(3):
        bench.close(100.0)
    bench.price(100.0)
    (order,) = guards(bench)
    out = bench.fill(order, 105.0)
    assert out.trades
    bench.wait(10)
    assert not exits(bench)


def test_on_futures_the_exit_goes_at_once_because_it_only_reduces() -> None:
    bench = armed("binance_futures", max_holding=3_600.0)
    for _ in range(3):
        bench.close(100.0)
    bench.price(100.0)
    assert len(exits(bench)) == 1
    assert set(bench.canceled) == {order.id for order in guards(bench)}


def test_siblings_are_cancelled_when_the_position_is_gone() -> None:
    bench = armed("binance_futures")
    stop, target = guards(bench)
    bench.fill(stop, 95.0)
    assert bench.canceled == [target.id]


def test_protection_that_vanished_is_placed_again_once_and_then_left_alone() -> None:
    bench = armed()
    (first,) = guards(bench)
    bench.wait(6)
    out = bench.ended(first)
    assert "protection_gone" in [n.code for n in out.notices]
    _, second = guards(bench)
    bench.opened(second)
    bench.wait(6)
    bench.ended(second)
    bench.wait(60)
    assert len(guards(bench)) == 2
    bench.price(94.0)  # the engine watches
    assert len(exits(bench)) == 1


def test_a_pair_that_vanished_twice_is_left_alone_too() -> None:
    bench = armed("binance_futures")
    for pairs in (2, 2):  # the second time nothing comes after
        pair = guards(bench)[-2:]
        bench.wait(6)
        for order in pair:
            bench.opened(order)
            bench.ended(order)
        bench.wait(60)
        assert len(guards(bench)) == 2 + pairs
    bench.price(94.0)  # the engine watches
    assert len(exits(bench)) == 1


def test_a_refused_protection_is_tried_again() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    out = bench.rejected(guards(bench)[0])
    assert "protection_refused" in [n.code for n in out.notices]
    assert len(guards(bench)) == 1
    bench.wait(5)
    assert len(guards(bench)) == 2


def test_a_rising_trail_moves_the_stop_at_most_once_a_minute() -> None:
    bench = armed(trailing_stop_percent=0.02, take_profit_percent=0.5)
    (first,) = guards(bench)
    assert first.stop_price == 98
    bench.wait(10)
    bench.price(104.0)
    assert bench.canceled == [first.id]
    bench.ended(first)
    second = guards(bench)[-1]
    assert float(second.stop_price or 0) == 104.0 * 0.98
    bench.opened(second)
    bench.wait(10)
    bench.price(110.0)
    assert bench.canceled == [first.id]
    bench.wait(60)
    bench.price(110.5)
    assert bench.canceled == [first.id, second.id]


def test_a_trail_that_hardly_rose_moves_nothing() -> None:
    bench = armed(trailing_stop_percent=0.02, take_profit_percent=0.5)
    bench.wait(70)
    bench.price(100.1)
    assert not bench.canceled


def test_a_position_already_under_its_stop_is_not_armed_but_sold() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.price(90.0)
    bench.fill(order, 100.0)
    assert not guards(bench)
    assert len(exits(bench)) == 1


def test_too_little_for_the_minimum_is_watched_by_the_engine() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.fill(order, 100.0, "0.04")
    bench.ended(order)
    assert not guards(bench)


def test_new_settings_move_the_levels_of_what_is_held() -> None:
    bench = armed()
    changed = replace(bench.venue.parameters, emergency_stop_percent=0.03)
    out = bench.tell(ev.ParametersChanged({"binance_spot": changed, "x": changed}, "v2", bench.now))
    assert [n.code for n in out.notices] == ["settings"]
    assert bench.held().emergency == 97.0
    assert len(bench.signals.retuned) == 1


def test_a_list_that_is_cancelled_by_nobody_knows_whom_is_asked_for() -> None:
    bench = armed()
    (order,) = guards(bench)
    bench.tell(ev.CancelFailed(order.id, "unknown order", bench.now))
    assert bench.order(order).status is Status.UNKNOWN
    bench.wait(0.5)
    assert any(q.subject == order.id for q in bench.asked)


def doubted() -> tuple[Bench, Order]:
    """Ten coins whose list was sent and never answered; the price is below the stop."""
    bench = Bench("binance_spot")
    bench.hold()
    (order,) = guards(bench)
    bench.unknown(order)
    bench.price(94.0)
    return bench, order


def test_an_exit_waits_for_a_list_in_doubt_only_as_long_as_that_could_arrive() -> None:
    bench, order = doubted()
    for _ in range(2):
        bench.wait(5)
        bench.not_found(order)
    bench.wait(4)
    bench.not_found(order)
    assert not exits(bench)  # two clean misses and 14 s: it could still lock the coins
    bench.wait(1)
    bench.not_found(order)
    bench.wait(1)
    assert len(exits(bench)) == 1
    assert bench.order(order).status is Status.UNKNOWN, "and it is still asked for"


def test_answers_that_are_none_let_no_exit_pass_a_list_in_doubt() -> None:
    bench, _ = doubted()
    for _ in range(20):
        bench.wait(5)
    assert not exits(bench)


def test_a_list_that_was_there_once_is_waited_for() -> None:
    bench = armed()
    (order,) = guards(bench)
    bench.unknown(order)
    bench.price(94.0)
    for _ in range(6):
        bench.wait(5)
        bench.not_found(order)
    assert not exits(bench)


def test_a_list_that_turns_up_after_the_sale_is_cancelled_at_once() -> None:
    bench, order = doubted()
    for _ in range(4):
        bench.wait(5)
        bench.not_found(order)
    bench.fill(exits(bench)[0], 94.0)
    bench.opened(order)
    assert bench.canceled == [order.id]

"""An exit on its way: one at a time, confirmed, after the exchange's own, repeated until it is."""

from decimal import Decimal

from tests.engine.bench import BUY, SELL, SHORT, Bench
from trader.domain.order import Kind, Order, Purpose, Side, Status
from trader.domain.outcome import NOTHING, Question


def exits(bench: Bench) -> list[Order]:
    """Market orders that end positions."""
    return [o for o in bench.sent if o.kind is Kind.MARKET and not o.is_entry]


def test_one_exit_at_a_time() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    bench.price(90.0)
    bench.price(105.0)
    (order,) = exits(bench)
    assert (order.side, order.purpose, order.quantity) == (
        Side.SELL,
        Purpose.EMERGENCY,
        Decimal(10),
    )
    assert not order.reduce_only


def test_a_futures_exit_only_reduces() -> None:
    bench = Bench("binance_futures", can={"protection": "none"}, allow_shorts=True)
    bench.hold(SHORT)
    bench.price(105.0)
    (order,) = exits(bench)
    assert order.reduce_only
    assert (order.side, order.quantity) == (Side.BUY, Decimal(20))


def test_an_emergency_asks_for_a_second_price() -> None:
    bench = Bench(can={"second_price": True})
    bench.hold()
    out = bench.price(94.0)
    assert out.ask == [Question("price", bench.key)]
    assert not exits(bench)
    bench.price(94.0, sure=True)
    assert len(exits(bench)) == 1


def test_one_bad_tick_sells_nothing() -> None:
    bench = Bench(can={"second_price": True})
    bench.hold()
    bench.price(50.0)
    bench.wait(0.5)
    bench.price(100.0)
    bench.wait(5)
    assert not exits(bench)
    assert bench.held().breach_at < 0


def test_the_liquidation_guard_too_wants_a_second_price() -> None:
    # long from 100 with 2x: liquidation 100 x 0.5 / 0.996 = 50.2, guard at 50.2 / 0.8 = 62.75
    bench = Bench(
        "binance_futures",
        can={"second_price": True, "protection": "none"},
        liquidation_min_distance=0.2,
        emergency_stop_percent=0.0,
    )
    bench.hold()
    bench.price(62.0)
    assert not exits(bench)
    bench.price(62.0, sure=True)
    assert [order.reason for order in exits(bench)] == ["liquidation_guard"]


def test_an_independent_price_that_disagrees_takes_the_alarm_back() -> None:
    bench = Bench(can={"second_price": True})
    bench.hold()
    bench.price(50.0)
    bench.price(100.0, sure=True)
    bench.wait(5)
    assert not exits(bench)


def test_when_the_second_price_does_not_come_the_stream_is_believed_after_two_seconds() -> None:
    bench = Bench(can={"second_price": True})
    bench.hold()
    bench.price(94.0)
    bench.wait(1.9)
    assert not exits(bench)
    bench.wait(0.1)
    assert [order.purpose for order in exits(bench)] == [Purpose.EMERGENCY]


def test_a_stop_loss_needs_no_second_price() -> None:
    bench = Bench(can={"second_price": True}, stop_loss_percent=0.03)
    bench.hold()
    bench.price(97.0)
    assert [order.reason for order in exits(bench)] == ["stop_loss"]


def test_an_exit_that_stalls_is_cancelled_and_the_rest_is_sold_again() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    first = bench.last()
    bench.opened(first)
    bench.fill(first, 95.0, "4")
    bench.wait(10)
    assert bench.canceled == [first.id]
    bench.ended(first)
    second = bench.last()
    assert second.id != first.id
    assert second.quantity == 6
    assert bench.fill(second, 94.0).trades[0].quantity == 10


def test_a_refused_exit_is_tried_again_after_a_pause() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    out = bench.rejected(bench.last())
    assert Question("report", "upbit") in out.ask
    assert len(exits(bench)) == 1
    bench.wait(5)
    assert len(exits(bench)) == 2


def test_an_exit_that_is_refused_again_and_again_is_said_aloud() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    codes: list[str] = []
    for _ in range(30):
        codes += [n.code for n in bench.rejected(bench.last()).notices]
        bench.wait(30)
    assert "exit_refused" in codes
    assert bench.symbol().held is not None
    assert len(exits(bench)) == 31  # and never given up


def test_an_exit_that_is_refused_is_tried_soon_and_then_less_often() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    pauses = []
    for tries in range(1, 11):
        bench.rejected(bench.last())
        pauses.append(0)
        while len(exits(bench)) == tries:
            bench.wait(5)
            pauses[-1] += 5
    assert pauses == [5] * 6 + [10, 20, 30, 30]


def test_an_exit_goes_on_although_the_price_came_back() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    bench.rejected(bench.last())
    bench.price(104.0)
    bench.wait(5)
    assert len(exits(bench)) == 2


def test_entries_are_paused_exits_are_not() -> None:
    bench = Bench()
    bench.hold()
    bench.halt("paused")
    bench.halt("journal")
    bench.price(95.0)
    assert len(exits(bench)) == 1


def test_no_exit_sells_more_than_is_held() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    (order,) = bench.ask_entry().submit
    bench.fill(order, 100.0, "7.3339")
    bench.price(95.0)
    assert exits(bench)[0].quantity == Decimal("7.333")


def test_a_late_fill_of_a_closed_position_is_booked_and_said() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    bench.price(94.0)
    sold = bench.last()
    bench.fill(sold, 94.0)
    cash = bench.venue.account.cash
    out = bench.fill(sold, 94.0, "1")
    assert "late_fill" in [n.code for n in out.notices]
    assert bench.venue.account.cash == cash + 94


def test_a_strategys_sell_goes_at_the_next_first_price() -> None:
    bench = Bench()
    bench.hold()
    bench.signals.says[bench.key] = SELL
    bench.price(101.0)
    assert not exits(bench)
    bench.close(101.0)
    bench.price(101.0)
    assert [order.reason for order in exits(bench)] == ["signal"]


def test_a_strategy_taken_out_of_the_settings_no_longer_sells() -> None:
    from dataclasses import replace

    from trader.domain.parameters import StrategyShare

    bench = Bench()
    bench.hold()
    bench.venue.parameters = replace(bench.venue.parameters, strategies=(StrategyShare("new"),))
    bench.signals.says[bench.key] = SELL
    bench.close(101.0)
    bench.price(101.0)
    assert not exits(bench)


def test_the_exchange_may_liquidate() -> None:
    from trader.domain import events as ev
    from trader.domain.order import Fill

    bench = Bench("binance_futures", can={"protection": "none"})
    bench.hold()
    fill = Fill("liq", "", bench.key, Side.SELL, Decimal(20), Decimal(51), Decimal(1), bench.now)
    out = bench.tell(ev.Liquidated(fill, bench.now))
    assert [str(t.exit_reason) for t in out.trades] == ["liquidation"]
    assert bench.tell(ev.Liquidated(fill, bench.now)) is NOTHING


def test_a_liquidation_is_booked_once_also_while_something_is_left() -> None:
    from trader.domain import events as ev
    from trader.domain.order import Fill

    bench = Bench("binance_futures", can={"protection": "none"})
    bench.hold()
    fill = Fill("liq", "", bench.key, Side.SELL, Decimal(5), Decimal(51), Decimal(1), bench.now)
    bench.tell(ev.Liquidated(fill, bench.now))
    assert bench.tell(ev.Liquidated(fill, bench.now)) is NOTHING
    assert bench.held().position.quantity == 15


def test_a_level_is_bought_when_it_is_touched_and_not_before() -> None:
    bench = Bench()
    bench.ask_entry(BUY._replace(long_level=102.0), 100.0)
    assert not bench.sent
    bench.price(101.9)
    assert not bench.sent
    bench.price(102.0)
    assert len(bench.sent) == 1
    bench.price(103.0)
    assert len(bench.sent) == 1


def test_a_cancelled_exit_is_not_forgotten() -> None:
    bench = Bench()
    bench.hold()
    bench.price(95.0)
    first = bench.last()
    bench.opened(first)
    bench.ended(first, Status.CANCELED)
    assert len(exits(bench)) == 2

"""Facts that come twice, late or for nothing: they change nothing, and nobody trips over them."""

from dataclasses import replace
from decimal import Decimal
from math import nan

from tests.engine.bench import BUY, Bench
from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.order import Kind, Status
from trader.domain.outcome import NOTHING


def test_an_end_is_heard_once() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.ended(order)
    assert bench.ended(order) is NOTHING
    assert bench.ended(order, Status.NOT_PLACED) is NOTHING


def test_a_whole_fill_that_is_told_without_its_trades_is_asked_for() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.ended(order, Status.FILLED)
    assert bench.order(order).status is Status.UNKNOWN
    bench.wait(0.5)
    assert [q.subject for q in bench.asked] == [order.id]
    bench.fill(order, 100.0)
    assert bench.order(order).status is Status.FILLED


def test_an_order_that_was_never_acknowledged_can_turn_out_absent_at_once() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.ended(order, Status.NOT_PLACED)
    assert bench.order(order).status is Status.NOT_PLACED
    assert bench.symbol().idle


def test_a_broken_journal_is_said_once() -> None:
    bench = Bench()
    broken = ev.JournalFailed(True, "disk full", bench.now)
    assert [n.code for n in bench.tell(broken).notices] == ["journal"]
    assert not bench.tell(broken).notices
    healed = ev.JournalFailed(False, "", bench.now)
    assert [n.code for n in bench.tell(healed).notices] == ["journal"]
    assert not bench.tell(healed).notices


def test_a_symbol_that_is_bought_by_hand_between_wish_and_settlement_is_not_bought_twice() -> None:
    bench = Bench("binance_spot")
    bench.signals.says[bench.key] = BUY
    bench.price(100.0)
    bench.command(cmd.TradeByHand(bench.key, buy=True, amount_quote=500.0))
    assert not bench.settle().submit
    assert len(bench.sent) == 1


def test_a_shock_at_a_quiet_price_is_said_too() -> None:
    bench = Bench(market_shock_pct=0.10, take_profit_percent=0.5)
    bench.hold()
    assert [n.code for n in bench.price(111.0).notices] == ["market_shock"]
    assert not bench.price(111.5).notices


def test_a_stop_that_is_in_force_closes_what_comes_later() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    (order,) = bench.ask_entry().submit
    bench.command(cmd.CloseAll())
    bench.fill(order, 100.0)  # crossed our cancellation
    bench.wait(1)
    assert [o.reason for o in bench.sent if not o.is_entry] == ["manual"]


def test_an_emergency_that_closes_goes_on_closing() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    (order,) = bench.ask_entry().submit
    bench.command(cmd.EmergencyStop(close=True))
    bench.fill(order, 100.0)
    bench.wait(1)
    assert [o.reason for o in bench.sent if not o.is_entry] == ["manual"]


def test_one_of_a_pair_that_vanishes_takes_the_other_with_it() -> None:
    bench = Bench("binance_futures")
    bench.hold()
    stop, target = (order for order in bench.sent if order.guards)
    bench.opened(stop)
    bench.opened(target)
    bench.wait(6)
    bench.ended(stop)
    assert bench.canceled == [target.id]
    bench.ended(target)
    guards = [order for order in bench.sent if order.guards]
    assert [order.kind for order in guards[2:]] == [Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET]


def test_what_has_no_price_yet_is_worth_what_it_cost() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    bench.symbol().mark = nan
    assert bench.venue.equity() == 10_000.0


def test_settings_that_change_inside_a_candle_arm_its_levels_anew() -> None:
    bench = Bench()
    level = BUY._replace(long_level=102.0)
    bench.ask_entry(level)
    changed = replace(bench.venue.parameters, take_profit_percent=0.2)
    bench.tell(ev.ParametersChanged({"upbit": changed}, "v2", bench.now))
    assert bench.engine.pricing.levels(bench.key) == ()
    bench.signals.says[bench.key] = level
    bench.price(101.0)
    bench.settle()
    assert bench.engine.pricing.levels(bench.key) == (102.0,)
    bench.price(102.0)
    assert len(bench.sent) == 1


def test_a_first_price_is_past_when_settings_change_inside_the_candle() -> None:
    bench = Bench()
    bench.price(100.0)
    changed = replace(bench.venue.parameters, take_profit_percent=0.2)
    bench.tell(ev.ParametersChanged({"upbit": changed}, "v2", bench.now))
    bench.signals.says[bench.key] = BUY
    bench.price(101.0)
    assert not bench.settle().submit


def test_an_order_without_a_price_of_decision_has_no_slippage() -> None:
    bench = Bench("binance_spot")
    (order,) = bench.ask_entry().submit
    bench.venue.orders[order.id] = replace(order, decided_price=0.0)
    assert not bench.fill(order, 150.0).notices


def test_a_cancelled_entry_of_another_hand_sells_nothing() -> None:
    bench = Bench("binance_spot")
    bench.report(foreign_sales=[(bench.key, Decimal(3), Decimal(100))])
    assert not bench.sent
    assert bench.venue.account.cash == 10_000

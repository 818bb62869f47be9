"""Every command does what it says, once, and says so; halts outlast restarts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engine.bench import BUY, Bench
from trader.domain import commands as cmd
from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.order import Kind, Order, Status
from trader.domain.outcome import Outcome
from trader.engine.engine import Habits


def answer(out: Outcome) -> tuple[str, str]:
    """The one answer and its first word."""
    (given,) = out.answers
    return given.result, given.message.split()[0]


def exits(bench: Bench) -> list[Order]:
    """Exits of the engine's own."""
    return [o for o in bench.sent if o.kind is Kind.MARKET and not o.is_entry]


def test_pause_keeps_positions_and_takes_no_new_ones() -> None:
    bench = Bench()
    bench.hold()
    assert answer(bench.command(cmd.Pause())) == ("done", "paused")
    assert not bench.ask_entry(key=bench.other).submit
    assert not exits(bench)
    bench.price(94.0)
    assert len(exits(bench)) == 1  # guarded all the same


def test_resume_lifts_what_people_set_and_nothing_else() -> None:
    bench = Bench()
    for code in ("paused", "stopped", "emergency", "daily_loss"):
        bench.halt(code)
    assert answer(bench.command(cmd.Resume())) == ("done", "resumed")
    assert bench.halts() == {"daily_loss"}
    assert answer(bench.command(cmd.Resume()))[1] == "nothing"


def test_pause_cancels_entries_on_their_way() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.command(cmd.Pause())
    assert bench.canceled == [order.id]


def test_pause_forgets_armed_levels() -> None:
    bench = Bench()
    bench.ask_entry(BUY._replace(long_level=102.0))
    bench.command(cmd.Pause())
    bench.price(103.0)
    assert not bench.sent


def test_stop_closes_everything_and_stays_idle() -> None:
    bench = Bench()
    bench.hold()
    bench.hold(key=bench.other)
    out = bench.command(cmd.CloseAll())
    assert answer(out)[0] == "done"
    assert {order.reason for order in exits(bench)} == {"manual"}
    assert len(exits(bench)) == 2
    assert "stopped" in bench.halts()


def test_emergency_stops_entries_and_closes_only_when_asked() -> None:
    bench = Bench()
    bench.hold()
    assert answer(bench.command(cmd.EmergencyStop()))[0] == "done"
    assert "emergency" in bench.halts()
    assert not exits(bench)
    bench.command(cmd.EmergencyStop(close=True))
    assert len(exits(bench)) == 1


@pytest.mark.parametrize("command", [cmd.Pause("mars"), cmd.Resume("mars"), cmd.CloseAll("mars")])
def test_a_venue_that_is_not_traded_is_refused(command: cmd.Command) -> None:
    assert answer(Bench().command(command)) == ("refused", "unknown_venue")


def test_one_position_is_closed_once() -> None:
    bench = Bench()
    bench.hold()
    close = cmd.ClosePosition(bench.key)
    assert answer(bench.command(close)) == ("done", "closing")
    assert answer(bench.command(close)) == ("done", "closing")
    assert len(exits(bench)) == 1


def test_a_manual_close_is_a_trade_with_that_reason() -> None:
    bench = Bench()
    bench.hold()
    bench.command(cmd.ClosePosition(bench.key))
    out = bench.fill(bench.last(), 101.0)
    assert [str(trade.exit_reason) for trade in out.trades] == ["manual"]


def test_what_is_not_held_cannot_be_closed() -> None:
    bench = Bench()
    assert answer(bench.command(cmd.ClosePosition(bench.key))) == ("refused", "no_position")
    assert answer(bench.command(cmd.ClosePosition("upbit:XXX/KRW"))) == ("refused", "no_position")


def test_a_person_buys_for_an_amount() -> None:
    bench = Bench("binance_spot")
    bench.price(100.0)
    out = bench.command(cmd.TradeByHand(bench.key, buy=True, amount_quote=500.0))
    assert answer(out) == ("done", "buying")
    (order,) = out.submit
    assert (order.quantity, order.strategy) == (Decimal(5), "manual")


def test_a_persons_position_is_left_to_risk_exits_and_people() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.price(100.0)
    bench.command(cmd.TradeByHand(bench.key, buy=True, quantity=2.0))
    bench.fill(bench.last(), 100.0)
    bench.close(100.0)
    bench.signals.says[bench.key] = BUY._replace(long=False, sell=True)
    bench.price(100.0)
    assert not exits(bench)
    bench.price(95.0)
    assert [order.reason for order in exits(bench)] == ["emergency_stop"]


def test_a_persons_purchase_passes_risk_like_any_other() -> None:
    bench = Bench("binance_spot", max_positions=1)
    bench.hold(key=bench.other)
    bench.price(100.0)
    out = bench.command(cmd.TradeByHand(bench.key, buy=True, amount_quote=500.0))
    assert answer(out) == ("refused", "max_positions")


def test_what_is_held_or_unknown_or_without_price_is_not_bought() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    buy = cmd.TradeByHand(bench.key, buy=True, amount_quote=500.0)
    assert answer(bench.command(buy)) == ("refused", "already_held")
    unknown = cmd.TradeByHand("binance_spot:XXX/USDT", buy=True, amount_quote=500.0)
    assert answer(bench.command(unknown)) == ("refused", "unknown_symbol")
    silent = cmd.TradeByHand(bench.other, buy=True, amount_quote=500.0)
    assert answer(bench.command(silent)) == ("refused", "no_price")


def test_a_person_sells_the_bots_position() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.price(100.0)
    sell = cmd.TradeByHand(bench.key, buy=False, quantity=10.0)
    assert answer(bench.command(sell)) == ("refused", "no_position")
    bench.close(100.0)
    bench.hold()
    assert answer(bench.command(sell))[0] == "done"
    assert exits(bench)[0].quantity == 10


def test_a_person_sells_a_part_and_the_rest_is_protected_anew() -> None:
    bench = Bench("binance_spot")
    bench.hold()
    guard = bench.last()
    bench.opened(guard)
    sell = cmd.TradeByHand(bench.key, buy=False, quantity=4.0)
    assert answer(bench.command(sell)) == ("done", "selling")
    assert bench.canceled == [guard.id]
    assert answer(bench.command(sell)) == ("refused", "already_closing")
    bench.ended(guard)
    (order,) = exits(bench)
    assert order.quantity == 4
    bench.fill(order, 101.0)
    assert bench.held().position.quantity == 6
    assert not bench.held().must_go
    assert bench.last().quantity == 6
    assert bench.last().guards


def test_a_part_that_is_too_small_is_refused_and_a_rest_too_small_is_sold_too() -> None:
    bench = Bench("binance_spot", can={"protection": "none"})
    bench.hold()
    small = cmd.TradeByHand(bench.key, buy=False, amount_quote=4.0)
    assert answer(bench.command(small)) == ("refused", "min_order")
    most = cmd.TradeByHand(bench.key, buy=False, quantity=9.96)
    assert answer(bench.command(most)) == ("done", "closing")
    assert exits(bench)[0].quantity == 10


def test_resume_lifts_symbols_that_waited_for_a_person() -> None:
    bench = Bench()
    bench.venue.halt(Halt("external", None, bench.key))
    bench.command(cmd.Resume())
    assert not bench.halts()


def test_the_stop_file_is_the_first_half_of_an_emergency() -> None:
    bench = Bench()
    (order,) = bench.ask_entry().submit
    bench.opened(order)
    bench.tell(ev.HaltFileSeen(True, bench.now))
    assert bench.canceled == [order.id]
    assert not bench.ask_entry(key=bench.other).submit
    bench.tell(ev.HaltFileSeen(False, bench.now))
    assert "halt_file" not in bench.halts()


def test_a_lost_link_takes_no_entries_until_it_is_back() -> None:
    bench = Bench()
    lost = ev.LinkChanged("upbit", False, "websocket", "closed", bench.now)
    assert [n.code for n in bench.tell(lost).notices] == ["link"]
    assert not bench.tell(lost).notices
    assert not bench.ask_entry().submit
    bench.tell(ev.LinkChanged("upbit", True, "websocket", "", bench.now))
    bench.close(100.0)
    assert bench.ask_entry().submit


def test_silence_of_all_prices_is_safe_mode() -> None:
    bench = Bench(habits=Habits(watch_prices=True))
    bench.wait(1)
    assert not bench.halts()  # no price was ever seen
    bench.price(100.0)
    bench.wait(29)
    assert not bench.halts()
    assert [n.level for n in bench.wait(1).notices] == ["warning"]
    assert bench.halts() == {"stale_prices"}
    bench.price(100.0)
    assert [n.level for n in bench.wait(1).notices] == ["info"]
    assert not bench.halts()


def test_the_first_cycles_only_warm_up() -> None:
    bench = Bench(habits=Habits(warmup_cycles=3))
    assert not bench.ask_entry().submit
    for _ in range(3):
        bench.wait(3, cycle=True)
    bench.close(100.0)
    assert bench.ask_entry().submit


def test_exits_are_not_skipped_while_warming_up() -> None:
    bench = Bench(habits=Habits(warmup_cycles=1))
    bench.wait(3, cycle=True)
    bench.hold()
    bench.venue.cycles = 0
    bench.price(94.0)
    assert len(exits(bench)) == 1


def test_the_exchange_is_asked_for_a_report_every_so_often() -> None:
    bench = Bench(can={"report_every": 10_000})
    bench.wait(1)
    assert [q.about for q in bench.asked] == ["report"]
    bench.wait(9)
    bench.wait(1)
    assert [q.about for q in bench.asked] == ["report", "report"]


def test_a_shock_rests_its_symbol_alone() -> None:
    bench = Bench(market_shock_pct=0.10)
    bench.price(100.0)
    bench.price(100.0, key=bench.other)
    bench.now += 30_000
    out = bench.price(111.0)
    assert [n.code for n in out.notices] == ["market_shock"]
    bench.close(111.0, (bench.key, bench.other))
    bench.now = bench.now - 3_600_000 + 60_000
    assert bench.venue.blocks(bench.key, bench.now)
    assert not bench.venue.blocks(bench.other, bench.now)
    assert not bench.venue.blocks(bench.key, bench.now + 900_000)


def test_a_slow_move_is_no_shock() -> None:
    bench = Bench(market_shock_pct=0.10)
    bench.price(100.0)
    bench.now += 30_000
    bench.price(106.0)
    bench.now += 31_000
    assert not bench.price(112.0).notices


def test_an_order_that_ends_is_forgotten_only_after_a_thousand_others() -> None:
    bench = Bench(max_positions=0)
    (first,) = bench.ask_entry().submit
    bench.rejected(first)
    assert bench.order(first).status is Status.REJECTED
    for _ in range(1_000):
        bench.venue.halts.clear()
        bench.close(100.0)
        (order,) = bench.ask_entry().submit
        bench.rejected(order)
    assert first.id not in bench.venue.ended
    assert len(bench.venue.ended) == 1_000

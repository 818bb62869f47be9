"""Faults planted into the safety rules: for each of them a named test must fail.

A rule that can be broken without a test noticing is no rule. Each row breaks one thing and names
the test that has to notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.engine import test_commands as commands
from tests.engine import test_comparing as reports
from tests.engine import test_dust as dust
from tests.engine import test_entry_orders as entries
from tests.engine import test_exit_orders as leaving
from tests.engine import test_loop as loop_tests
from tests.engine import test_protection as protection
from tests.engine import test_restart_limits as restart_limits
from tests.engine.pictures import (
    test_entries,
    test_exits,
    test_leverage,
    test_limits,
    test_same_candle,
    test_sharing,
    test_sizes,
)
from tests.rules import test_sizing as sizes
from trader.domain.order import Order
from trader.engine.books import Books
from trader.engine.closing import Closing
from trader.engine.comparing import Comparing
from trader.engine.entering import Entering
from trader.engine.held import Held
from trader.engine.leaving import Leaving
from trader.engine.operating import Operating
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, VenueState
from trader.execution import planner, tracker
from trader.risk import limits, manager
from trader.rules import exits, leverage, sizing


def always(value: Any) -> Callable[..., Any]:
    """Answers the same whatever it is asked."""

    def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


_exit_order = planner.exit_order
_after_exit = Closing.after_exit
_entered = Books.entered


def not_only_reducing(*arguments: Any) -> Order:
    """An exit without its leash."""
    return replace(_exit_order(*arguments), reduce_only=False)


def without_rest(self: Closing, venue: Any, sym: Any, trade: Any, out: Any) -> None:
    """No cooldown after an exit."""
    _after_exit(self, venue, sym, trade, out)
    sym.rest = 0


def freed_at_once(self: Closing, venue: Any, sym: Any, trade: Any, out: Any) -> None:
    """A slot and its cash may be used in the same candle."""
    _after_exit(self, venue, sym, trade, out)
    venue.round_freed, venue.round_freed_cash = 0, Decimal(0)


def forgets_the_day(self: Books, venue: Any, sym: Any, order: Any, fill: Any, out: Any) -> None:
    """A breakout that may fill as often as it likes."""
    _entered(self, venue, sym, order, fill, out)
    sym.entry_days.clear()


def whole_position(position: Decimal, step: Decimal, free: Decimal | None) -> Decimal:
    """An exit that sells one step more than there is."""
    del free
    return position // step * step + step


def loosening(self: Held, price: float) -> None:
    """A trail that follows the newest price, not the best."""
    self.best = price
    self.raise_trail()


def cooldown_over_a_restart() -> None:
    """Three candles of rest are still to come."""
    restart_limits.test_cooldown_goes_on_over_a_restart(0, 3)


def lots_are_rounded_down() -> None:
    """2.9 lots are two."""
    sizes.test_lots_forgive_the_last_bit_of_a_division(0.29, 0.1, 2)


FAULTS: list[tuple[Any, str, Any, Callable[..., Any]]] = [
    # what is broken, and which test must notice
    (tracker, "never_placed", always(True), entries.test_misses_count_only_five_seconds_apart),
    (tracker, "never_placed", always(False),
     entries.test_not_found_is_believed_only_after_the_quarantine_and_three_clean_misses),
    (tracker, "silent", always(False),
     entries.test_an_order_of_which_nothing_is_heard_becomes_unknown),
    (tracker, "timed_out", always(False),
     entries.test_an_entry_that_is_partly_filled_is_held_for_what_it_is),
    (State, "know_fill", always(True),
     entries.test_a_fill_counts_once_however_often_it_is_told),
    (VenueState, "slots_used", always(0),
     test_sharing.test_slots_are_taken_in_the_order_of_symbols),
    (Entering, "_blocks", always(0), commands.test_pause_keeps_positions_and_takes_no_new_ones),
    (manager, "entry_controls", always((0, ())), entries.test_a_signal_is_sent_once_in_its_candle),
    ("trader.engine.leaving", "exit_quantity", whole_position,
     leaving.test_no_exit_sells_more_than_is_held),
    (planner, "exit_order", not_only_reducing, leaving.test_a_futures_exit_only_reduces),
    (Leaving, "_confirmed", always(True), leaving.test_one_bad_tick_sells_nothing),
    (Leaving, "_confirmed", always(False),
     leaving.test_when_the_second_price_does_not_come_the_stream_is_believed_after_two_seconds),
    (Leaving, "_unsellable", always(False),
     dust.test_a_position_too_small_to_be_sold_becomes_dust),
    (Leaving, "order_over", always(None), leaving.test_a_refused_exit_is_tried_again_after_a_pause),
    (Leaving, "_exchange_acts", always(False),
     protection.test_the_exchange_is_given_three_seconds_to_act),
    (Protector, "disarm", always(False),
     protection.test_a_software_exit_waits_until_the_list_is_gone),
    (Protector, "arm", always(None),
     protection.test_spot_is_protected_by_one_list_right_after_the_fill),
    (Books, "_orphan", always(None),
     leaving.test_a_late_fill_of_a_closed_position_is_booked_and_said),
    (Comparing, "_quiet_in", always(False),
     reports.test_nothing_is_judged_while_something_of_ours_has_just_moved),
    (Comparing, "_judge_foreign", always(None),
     reports.test_contracts_of_another_hand_keep_our_entries_out),
    (Comparing, "_judge_missing", always(None), reports.test_what_nobody_sold_halts_the_symbol),
    (Operating, "cancel_entries", always(0), commands.test_pause_cancels_entries_on_their_way),
    (Orders, "doubt", always(None), entries.test_unknown_is_asked_after_longer_and_longer_pauses),
    ("trader.engine.restoring", "_rest", always(0), cooldown_over_a_restart),
    (Closing, "after_exit", without_rest,
     test_entries.test_an_exit_inside_a_candle_rests_just_as_long),
    (Closing, "after_exit", freed_at_once,
     test_sharing.test_a_slot_freed_at_a_first_price_counts_from_the_next_candle),
    (Closing, "after_exit", freed_at_once,
     test_sharing.test_cash_freed_at_a_first_price_counts_from_the_next_candle),
    (Books, "entered", forgets_the_day, test_entries.test_breakout_fills_once_a_symbol_and_day),
    (Held, "better", loosening, test_exits.test_trailing_stop_only_rises),
    (limits, "period_losses", always([]),
     test_limits.test_daily_loss_latches_to_the_end_of_the_day),
    (limits, "end_of_day", lambda at: at + 1,
     test_limits.test_daily_loss_latches_to_the_end_of_the_day),
    (limits, "losses_in_row", always(None),
     test_limits.test_losses_in_a_row_pause_entries_for_an_hour_after_the_exits_candle),
    (exits, "guard_level", always(float("nan")),
     test_exits.test_liquidation_guard_acts_before_the_exchange_would),
    (exits, "emergency_level", always(float("nan")),
     test_exits.test_emergency_stop_is_five_percent_from_the_entry),
    (exits, "time_is_up", lambda entry, now, most: 0 < most <= now - entry,
     test_exits.test_time_exit_wants_more_than_max_holding),
    (exits, "met", lambda d, price, level: d * price < d * level,
     test_exits.test_touching_a_stop_counts),
    (exits, "nearest_adverse", lambda d, *levels: min(levels),
     test_same_candle.test_nearest_stop_is_met_first_while_the_price_moves),
    (leverage, "liquidation_cap", always(99.0), test_leverage.test_the_shorts_cap_by_the_guard),
    (sizing, "affordable", always(1e9), test_sizes.test_free_cash_pays_for_fee_and_slippage),
    (sizing, "whole_lots", lambda quantity, step: round(quantity / step),
     lots_are_rounded_down),
    (VenueState, "free_cash", lambda self: float(self.account.free),
     entries.test_entries_of_one_moment_share_cash_and_slots_before_any_fill),
]  # fmt: skip


def cases() -> Iterator[Any]:
    """Each fault with a name."""
    for place, name, fault, test in FAULTS:
        where = place if isinstance(place, str) else getattr(place, "__name__", str(place))
        yield pytest.param(place, name, fault, test, id=f"{where}.{name}-{test.__name__}")


@pytest.mark.parametrize(("place", "name", "fault", "test"), list(cases()))
def test_a_planted_fault_is_noticed(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, fault: Any, test: Callable[..., Any]
) -> None:
    test()  # in health it passes
    if isinstance(place, str):
        monkeypatch.setattr(f"{place}.{name}", fault)
    else:
        monkeypatch.setattr(place, name, fault)
    with pytest.raises((AssertionError, ValueError, KeyError, IndexError)):
        test()


async def test_an_order_that_is_sent_without_being_written_down_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from trader.engine import loop

    def sends_anyway(engine: Any, journal: Any, outcome: Any, reason: str) -> None:
        del engine, journal, reason
        sent.extend(outcome.submit)

    sent: list[Order] = []
    await loop_tests.test_when_the_journal_is_broken_nothing_is_sent_and_entries_stop()
    monkeypatch.setattr(loop, "_hold_back", sends_anyway)
    with pytest.raises(AssertionError):
        await loop_tests.test_when_the_journal_is_broken_nothing_is_sent_and_entries_stop()
    assert sent

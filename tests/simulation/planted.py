"""Faults planted into the rules of order safety, one at a time: the simulation must notice each.

Every fault is a function that patches the code under test through pytest's `MonkeyPatch`, as a
careless change would alter it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from trader.domain.errors import JournalBroken
from trader.domain.events import Event
from trader.domain.order import Status
from trader.domain.outcome import NOTHING, Outcome
from trader.engine import comparing, leaving, loop, restoring
from trader.engine.answers import Answers
from trader.engine.books import Books
from trader.engine.clock import Clock
from trader.engine.comparing import Comparing
from trader.engine.entering import Entering
from trader.engine.leaving import Leaving
from trader.engine.operating import Operating
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, VenueState
from trader.execution import planner, tracker

Plant = Callable[[pytest.MonkeyPatch], None]


def a_fill_counts_as_often_as_it_is_told(patch: pytest.MonkeyPatch) -> None:
    """No dedupe by trade id."""
    patch.setattr(State, "know_fill", lambda self, fill_id: True)


def not_found_is_believed_at_once(patch: pytest.MonkeyPatch) -> None:
    """No quarantine, one look is enough."""
    patch.setattr(tracker, "never_placed", lambda doubt, at, quarantine: True)


def the_quarantine_is_ignored(patch: pytest.MonkeyPatch) -> None:
    """Three clean misses, however young the order is."""
    patch.setattr(tracker, "never_placed", lambda doubt, at, quarantine: doubt.misses >= 3)
    patch.setattr(tracker, "MISSES_APART", 0)


def what_is_unknown_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    """The same id once more: on Binance it can buy twice."""
    doubt = Orders.doubt

    def resend(self: Orders, venue: VenueState, order: Any, out: Outcome, reason: str) -> None:
        doubt(self, venue, order, out, reason)
        if order.status is Status.SENDING:
            out.submit.append(order)

    patch.setattr(Orders, "doubt", resend)


def unknown_is_taken_for_refused(patch: pytest.MonkeyPatch) -> None:
    """No answer is treated as a no."""

    def refused(self: Answers, event: Any, out: Outcome) -> None:
        found = self._orders.find(event.order_id)
        if found is not None and found[1].live:
            self.finish(*found, Status.NOT_PLACED, event.reason, out)

    patch.setattr(Answers, "unknown", refused)


def exits_sell_all_that_is_there(patch: pytest.MonkeyPatch) -> None:
    """The exit is not capped to the position."""
    patch.setattr(leaving, "exit_quantity", lambda held, step, part: held * 2 // step * step)


def exits_on_margin_may_open(patch: pytest.MonkeyPatch) -> None:
    """reduce-only is forgotten."""
    made = planner.exit_order
    patch.setattr(planner, "exit_order", lambda *a: replace(made(*a), reduce_only=False))


def entries_while_recovering(patch: pytest.MonkeyPatch) -> None:
    """Halts do not block entries."""
    patch.setattr(VenueState, "blocks", lambda self, key, at: 0)


def halts_end_with_the_process(patch: pytest.MonkeyPatch) -> None:
    """A pause is not restored."""
    patch.setattr(
        restoring, "_TOLD_ANEW", restoring._TOLD_ANEW | {"paused", "stopped", "emergency"}
    )


def protection_is_not_armed_again(patch: pytest.MonkeyPatch) -> None:
    """What ended stays in the books as protection."""
    patch.setattr(Protector, "ended", lambda self, venue, sym, order, out: None)


def missing_coins_are_believed_on_sight(patch: pytest.MonkeyPatch) -> None:
    """One report is enough, whatever is under way."""
    patch.setattr(comparing, "LOOKS_APART", 0)
    patch.setattr(Comparing, "_judged", lambda self, venue, key, vanished: True)


def late_fills_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """An order is over when it is said to be, and takes no fill any more."""
    an_end_without_its_fills_is_believed(patch)
    filled = Answers.filled

    def only_live(self: Answers, event: Any, out: Outcome) -> None:
        found = self._orders.find(event.fill.order_id)
        if found is None or found[1].live:
            filled(self, event, out)

    patch.setattr(Answers, "filled", only_live)


def an_end_without_its_fills_is_believed(patch: pytest.MonkeyPatch) -> None:
    """What the venue says was filled is not compared with what was heard."""

    def ended(self: Answers, event: Any, out: Outcome) -> None:
        found = self._orders.find(event.order_id)
        if found is not None:
            self.finish(*found, event.status, event.reason, out)

    patch.setattr(Answers, "ended", ended)


def the_list_is_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    """The sale goes out beside the OCO that still locks the coins."""
    disarm = Protector.disarm

    def hasty(self: Protector, venue: VenueState, held: Any, out: Outcome) -> bool:
        disarm(self, venue, held, out)
        return False

    patch.setattr(Protector, "disarm", hasty)


def protection_is_left_when_selling(patch: pytest.MonkeyPatch) -> None:
    """The list is neither cancelled nor waited for."""
    patch.setattr(Protector, "disarm", lambda self, venue, held, out: False)


def the_journal_is_written_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Send first, then write down."""

    async def run(engine: Any, events: Any, venues: Any, journal: Any) -> None:
        async for event in events:
            outcome = engine.process(event)
            if outcome is not NOTHING:
                loop._send(outcome, venues)
            try:
                journal.record(event, outcome)
            except JournalBroken as broken:
                loop._hold_back(engine, journal, Outcome(), str(broken))

    patch.setattr("tests.simulation.bot.run", run)


def a_full_disk_stops_nothing(patch: pytest.MonkeyPatch) -> None:
    """Orders that could not be written down are sent all the same."""

    async def run(engine: Any, events: Any, venues: Any, journal: Any) -> None:
        async for event in events:
            outcome = engine.process(event)
            with suppress(JournalBroken):
                journal.record(event, outcome)
            if outcome is not NOTHING:
                loop._send(outcome, venues)

    patch.setattr("tests.simulation.bot.run", run)


def nothing_is_asked_at_start(patch: pytest.MonkeyPatch) -> None:
    """Orders that were leaving when the process died are forgotten."""
    restore = restoring._restore_order

    def forget(state: State, order: Any, orders: Orders) -> None:
        if order.status is not Status.SENDING:
            restore(state, order, orders)

    patch.setattr(restoring, "_restore_order", forget)


def reports_are_ignored(patch: pytest.MonkeyPatch) -> None:
    """The stream looks healthy, why compare?"""

    def only_recover(self: Comparing, report: Any, out: Outcome) -> None:
        self._state.venues[report.venue].lift(("recovering",))

    patch.setattr(Comparing, "apply", only_recover)


def orphans_are_left_alone(patch: pytest.MonkeyPatch) -> None:
    """Protection whose cancellation was lost stays on the exchange."""
    patch.setattr(Comparing, "_sweep", lambda self, venue, out: None)
    patch.setattr(Answers, "_cancel_orphan", lambda self, venue, order, out: None)


def one_bad_tick_is_an_emergency(patch: pytest.MonkeyPatch) -> None:
    """No second price is waited for."""
    patch.setattr(Leaving, "_confirmed", lambda self, venue, sym, held, out: True)


def the_age_of_prices_does_not_matter(patch: pytest.MonkeyPatch) -> None:
    """Entries at whatever price was seen last."""
    review = Entering._circumstances
    patch.setattr(
        Entering, "_circumstances", lambda self, v, s: replace(review(self, v, s), price_age=0)
    )


def an_entry_beside_an_entry(patch: pytest.MonkeyPatch) -> None:
    """An order whose outcome nobody knows does not keep its symbol busy."""
    answered = Answers.unknown

    def free(self: Answers, event: Any, out: Outcome) -> None:
        answered(self, event, out)
        found = self._orders.find(event.order_id)
        if found is not None:
            self._state.symbols[found[1].key].entry = ""

    patch.setattr(Answers, "unknown", free)
    review = Entering._circumstances

    def blind(self: Entering, venue: VenueState, sym: Any) -> Any:
        return replace(review(self, venue, sym), unresolved=0, live_orders=0)

    patch.setattr(Entering, "_circumstances", blind)


def doubts_are_never_asked_about(patch: pytest.MonkeyPatch) -> None:
    """What is unknown stays unknown."""
    patch.setattr(Clock, "_ask", lambda self, venue, out: None)
    patch.setattr(Comparing, "_ask_for", lambda self, venue, order_id, out: None)


def time_outs_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An order that stalls is waited for, for ever."""
    patch.setattr(tracker, "timed_out", lambda order, at, entry, exit_: False)


def base_fees_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Coins that were taken as fee are believed to be there."""
    entered = Books.entered

    def gross(self: Books, venue: Any, sym: Any, order: Any, fill: Any, out: Outcome) -> None:
        entered(self, venue, sym, order, replace(fill, fee_base=fill.fee_base * 0), out)

    patch.setattr(Books, "entered", gross)


def commands_are_not_written_down(patch: pytest.MonkeyPatch) -> None:
    """An answer is given and lost."""
    obey = Operating.obey

    def silent(self: Operating, event: Event, out: Outcome) -> None:
        obey(self, event, out)  # type: ignore[arg-type]
        out.answers.clear()

    patch.setattr(Operating, "obey", silent)


PLANTED: tuple[Plant, ...] = (
    a_fill_counts_as_often_as_it_is_told,
    not_found_is_believed_at_once,
    the_quarantine_is_ignored,
    what_is_unknown_is_sent_again,
    unknown_is_taken_for_refused,
    exits_sell_all_that_is_there,
    exits_on_margin_may_open,
    entries_while_recovering,
    halts_end_with_the_process,
    protection_is_not_armed_again,
    missing_coins_are_believed_on_sight,
    late_fills_are_dropped,
    an_end_without_its_fills_is_believed,
    the_list_is_not_waited_for,
    protection_is_left_when_selling,
    the_journal_is_written_afterwards,
    a_full_disk_stops_nothing,
    nothing_is_asked_at_start,
    reports_are_ignored,
    orphans_are_left_alone,
    one_bad_tick_is_an_emergency,
    an_entry_beside_an_entry,
    doubts_are_never_asked_about,
    time_outs_are_forgotten,
    base_fees_are_forgotten,
    commands_are_not_written_down,
)

"""What time alone brings: time-outs, questions about doubtful orders, stale prices, reports."""

from dataclasses import replace

from trader.domain.book import Halt
from trader.domain.order import Status
from trader.domain.outcome import Notice, Outcome, Question
from trader.domain.parameters import seconds
from trader.domain.time import SECOND
from trader.engine.leaving import Leaving
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, VenueState
from trader.execution import tracker

PRICES_DEAD_AFTER = 30 * SECOND
# Halts that cancel entries, again if need be.
_NO_ENTRIES = ("stopped", "emergency", "halt_file", "guardian", "unfit")
_WORKING = (Status.OPEN, Status.PARTIAL)


class Clock:
    """Called on every `TimePassed`. `watch_prices`: silence of a venue means safe mode."""

    def __init__(
        self,
        state: State,
        orders: Orders,
        leaving: Leaving,
        protector: Protector,
        *,
        watch_prices: bool,
        warmup: int,
    ) -> None:
        self._state = state
        self._orders = orders
        self._leaving = leaving
        self._protector = protector
        self._watch_prices = watch_prices
        self._warmup = warmup

    def passed(self, out: Outcome, *, cycle: bool) -> None:
        """One tick of the clock; `cycle` is the daemon's loop."""
        for venue in self._state.venues.values():
            self._count(venue, out, cycle=cycle)
            self._time_out(venue, out)
            self._ask(venue, out)
            self._leaving.due_again(venue, out)
            self._rearm(venue, out)
            self._report(venue, out)
            if self._watch_prices:
                self._judge_silence(venue, out)

    def _count(self, venue: VenueState, out: Outcome, *, cycle: bool) -> None:
        """The daemon's loop: warm-up, and what a restart should find as it was."""
        if not cycle:
            return
        venue.cycles += 1
        if venue.cycles == self._warmup:
            venue.look_again()
        if venue.last_equity != venue.saved_equity:
            venue.saved_equity = venue.last_equity
            venue.dirty = True
        for held in venue.holding.values():
            if held.trail_percent > 0.0 and held.best != held.position.highest:
                held.position = replace(held.position, highest=held.best)
                out.positions.append(held.position)

    def _time_out(self, venue: VenueState, out: Outcome) -> None:
        p, now = venue.parameters, self._state.now
        halted = any((code, "") in venue.halts for code in _NO_ENTRIES)
        for order in list(venue.orders.values()):
            late = tracker.timed_out(order, now, seconds(p.entry_timeout), seconds(p.exit_timeout))
            if late or (halted and order.is_entry and order.status in _WORKING):
                self._orders.cancel(venue, order, out)
            elif tracker.silent(order, now):
                self._orders.doubt(venue, order, out, "no answer")

    def _ask(self, venue: VenueState, out: Outcome) -> None:
        now = self._state.now
        for order_id, doubt in self._orders.doubts.items():
            if order_id not in venue.orders or now < doubt.next_ask:
                continue
            doubt.asked += 1
            doubt.next_ask = max(now + SECOND // 2, tracker.next_ask(doubt))
            out.ask.append(Question("order", order_id))

    def _rearm(self, venue: VenueState, out: Outcome) -> None:
        if venue.capabilities.protection == "none":
            return
        for key in venue.holding:
            sym = venue.symbols[key]
            if not sym.entry:
                self._protector.arm(venue, sym, out)

    def _report(self, venue: VenueState, out: Outcome) -> None:
        every = venue.capabilities.report_every
        if every and self._state.now - venue.asked_at >= every:
            venue.asked_at = self._state.now
            out.ask.append(Question("report", venue.name))

    def _judge_silence(self, venue: VenueState, out: Outcome) -> None:
        """No price of a venue for 30 s: safe mode until prices come again."""
        if venue.price_at < 0:
            return
        silent = self._state.now - venue.price_at >= PRICES_DEAD_AFTER
        text = ""
        if silent and venue.halt(Halt("stale_prices")):
            text = f"{venue.name}: no price for 30 s, safe mode (no entries, exits keep trying)"
        elif not silent and venue.lift(("stale_prices",)):
            text = f"{venue.name}: prices are back"
        if text:
            level = "warning" if silent else "info"
            out.notices.append(Notice(level, "prices", text, self._state.now))

"""Ends positions: which exit holds, whether the exchange does it, and the order if it does not."""

import math
from dataclasses import replace
from decimal import Decimal

from trader.domain.money import ZERO
from trader.domain.order import Order, Purpose, Status
from trader.domain.outcome import Notice, Outcome, Question
from trader.domain.parameters import seconds
from trader.domain.time import SECOND, Millis
from trader.engine.books import Books
from trader.engine.held import Held
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, SymbolState, VenueState
from trader.execution import planner
from trader.risk.controls import exit_quantity
from trader.rules import exits

FAIR_FOR = 5 * SECOND  # how long a mark price, which comes every second, may speak for now
CONFIRM_WITHIN = 2 * SECOND  # how long an emergency waits for its second price
EXCHANGE_ACTS_WITHIN = 3 * SECOND  # how long the exchange's own order may take
RECOVER_WITHIN = 10 * SECOND  # how long exits wait after a start for the exchange's truth
WARN_EVERY_TRIES = 12
RETRY_EVERY, RETRY_AT_LEAST_EVERY = 5 * SECOND, 30 * SECOND
SOON_TRIES = 6  # of a refused exit; after them each pause is twice as long as the last
ASK_EVERY = 5 * SECOND
_CONFIRMED = (exits.EMERGENCY, exits.GUARD)  # far away from the market: one tick is no proof
_URGENT = (exits.EMERGENCY, exits.GUARD, exits.MANUAL)


class Leaving:
    """One exit at a time per position; what exits could sell never exceeds the position."""

    def __init__(self, state: State, orders: Orders, protector: Protector, books: Books) -> None:
        self._state = state
        self._orders = orders
        self._protector = protector
        self._books = books

    def watch(self, venue: VenueState, sym: SymbolState, out: Outcome, *, sure: bool) -> None:
        """Judge the risk exits at the newest price. `sure`: the price was asked for twice."""
        held = sym.held
        if held is None or held.must_go:
            return
        held.better(sym.mark)
        code = held.risk_exit(sym.mark, self._fair(sym))
        if code == exits.NONE:
            held.breach_at = held.expected_since = -1
        elif code not in _CONFIRMED or sure or self._confirmed(venue, sym, code, out):
            self.leave(venue, sym, code, out)
        if held.trail_percent > 0.0:
            self._protector.follow(venue, sym, out)

    def _fair(self, sym: SymbolState) -> float:
        """The mark price of now; NaN where there is none, or none any more."""
        return sym.fair if self._state.now - sym.fair_at <= FAIR_FOR else math.nan

    def _agreed(self, sym: SymbolState, held: Held, code: int) -> bool:
        """Whether last and mark price say the same: the one that did not raise the alarm is a
        second price that is here already. NaN never agrees."""
        fair = self._fair(sym)
        if code == exits.EMERGENCY:
            return exits.met(held.d, fair, held.emergency)
        fresh = self._state.now - sym.mark_at <= FAIR_FOR
        return fresh and not math.isnan(fair) and exits.met(held.d, sym.mark, held.guard)

    def _confirmed(self, venue: VenueState, sym: SymbolState, code: int, out: Outcome) -> bool:
        """Such an exit wants a second, independent price - for two seconds, where there is one."""
        held = sym.held
        if held is None or not venue.capabilities.second_price or self._agreed(sym, held, code):
            return True
        if held.breach_at < 0:
            held.breach_at = self._state.now
            out.ask.append(Question("price", sym.key))
            return False
        return self._state.now - held.breach_at >= CONFIRM_WITHIN

    def leave(self, venue: VenueState, sym: SymbolState, code: int, out: Outcome) -> None:
        """Decide, once and for all, that a position must go (or, when it waits, hurry it)."""
        held = sym.held
        if held is None or (not held.must_go and self._exchange_acts(held, code)):
            return
        if not held.must_go:
            held.must_go = code
            reason = exits.REASONS[code]
            held.position = replace(held.position, must_go=reason)
            out.positions.append(held.position)
        if code in _URGENT:
            held.exit_retry_at = 0
        self.drive(venue, sym, out)

    def leave_part(
        self, venue: VenueState, sym: SymbolState, quantity: Decimal, out: Outcome
    ) -> None:
        """A person sells a part: like an exit, but the rest stays and is protected anew."""
        held = sym.held
        if held is not None and not held.must_go:
            held.must_go, held.part = exits.MANUAL, quantity
            self.drive(venue, sym, out)

    def _exchange_acts(self, held: Held, code: int) -> bool:
        """The exchange's own order is there for this: it is given three seconds to do its work."""
        if not self._protector.covers(held, code):
            return False
        if held.expected_since < 0:
            held.expected_since = self._state.now
        return self._state.now - held.expected_since < EXCHANGE_ACTS_WITHIN

    def drive(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """The one way out: the entry stops, protection goes, then the rest is sold - repeatedly.

        Called whenever something about the position changed, and on every tick of the clock.
        """
        held = sym.held
        if held is None or not held.must_go or self._recovering(venue):
            return
        entry = venue.orders.get(sym.entry)
        if entry is not None and entry.status in (Status.OPEN, Status.PARTIAL):
            self._orders.cancel(venue, entry, out)
        alive = self._protector.disarm(venue, held, out)
        if held.exit_order or (alive and not venue.capabilities.margin):
            return  # the list locks the coins: sell when both legs are confirmed gone
        if self._state.now >= held.exit_retry_at:
            self._sell(venue, sym, held, out)

    def _recovering(self, venue: VenueState) -> bool:
        """After a start the exchange is heard first: it may have sold already, or somebody did."""
        waiting = ("recovering", "") in venue.halts
        return waiting and self._state.now - self._state.restored_at < RECOVER_WITHIN

    def _sell(self, venue: VenueState, sym: SymbolState, held: Held, out: Outcome) -> None:
        quantity = exit_quantity(held.position.quantity, sym.step, held.part)
        reason = exits.REASONS[held.must_go]
        if quantity <= ZERO or self._unsellable(venue, sym, quantity):
            self._books.to_dust(venue, sym, reason, out)
            return
        purpose = planner.PURPOSE.get(reason, Purpose.EXIT)
        place = self._orders.place(venue, sym, purpose.value)
        order = planner.exit_order(held.position, quantity, reason, sym.mark, place)
        held.exit_order = order.id
        held.exit_tries += 1
        self._orders.send(venue, order, out)

    def _unsellable(self, venue: VenueState, sym: SymbolState, quantity: Decimal) -> bool:
        """Too little for the venue's minimum: dust, kept in its own book (reduce-only may go)."""
        if venue.capabilities.margin:
            return False
        return float(quantity) * sym.mark < float(sym.rules.min_cost)

    def order_over(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        """An exit order ended and something is still held: again, after a pause if refused."""
        held = sym.held
        if held is None or held.exit_order != order.id:
            return
        held.exit_order = ""
        if held.part is not None and order.status is Status.FILLED:
            held.must_go, held.part, held.exit_tries = 0, None, 0
            self._protector.arm(venue, sym, out)
        elif order.status is Status.REJECTED:
            self._refused(venue, sym, held, order, out)
        else:
            self.drive(venue, sym, out)

    def _refused(
        self, venue: VenueState, sym: SymbolState, held: Held, order: Order, out: Outcome
    ) -> None:
        """Try again soon, and ask whether the venue knows something that we do not."""
        held.exit_retry_at = self._state.now + _pause_after(held.exit_tries)
        out.ask.append(Question("report", venue.name))
        if held.exit_tries % WARN_EVERY_TRIES == 0:
            text = f"{sym.key}: the venue refused {held.exit_tries} exits ({order.note}); "
            text += "close it by hand"
            out.notices.append(Notice("error", "exit_refused", text, self._state.now, sym.key))

    def due_again(self, venue: VenueState, out: Outcome) -> None:
        """What time alone brings: unconfirmed emergencies, exits that must be repeated."""
        flatten = ("stopped", "") in venue.halts or (
            venue.halts.get(("emergency", "")) is not None
            and venue.halts["emergency", ""].detail == "close"
        )
        for key, held in list(venue.holding.items()):
            sym = venue.symbols[key]
            if flatten and not held.must_go:
                self.leave(venue, sym, exits.MANUAL, out)
            elif held.must_go:
                self.drive(venue, sym, out)
            elif self._too_old(venue, sym, held, out):
                continue
            elif held.breach_at >= 0 or held.expected_since >= 0:
                self.watch(venue, sym, out, sure=False)

    def _too_old(self, venue: VenueState, sym: SymbolState, held: Held, out: Outcome) -> bool:
        """A price too old to judge by: ask for a fresh one instead."""
        limit = seconds(venue.parameters.max_price_age_exit)
        now = self._state.now
        if not limit or now - sym.mark_at <= limit:
            return False
        if now - held.asked_at >= ASK_EVERY:
            held.asked_at = now
            out.ask.append(Question("price", sym.key))
        return True


def _pause_after(tries: int) -> Millis:
    """Until a refused exit is tried again: a market may be closed for hours."""
    doubled = min(max(0, tries - SOON_TRIES), 10)
    return min(RETRY_EVERY << doubled, RETRY_AT_LEAST_EVERY)

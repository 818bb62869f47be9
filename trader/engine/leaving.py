"""Ends positions: which exit holds, whether the exchange does it, and the order if it does not."""

from dataclasses import replace
from decimal import Decimal

from trader.domain.money import ZERO
from trader.domain.order import Order, Status
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

CONFIRM_WITHIN = 2 * SECOND  # how long an emergency waits for its second price
EXCHANGE_ACTS_WITHIN = 3 * SECOND  # how long the exchange's own order may take
MAX_TRIES = 12
RETRY_EVERY = 5 * SECOND


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
        if held is None or held.exit_order or held.leaving:
            return
        held.better(sym.mark)
        code = held.risk_exit(sym.mark)
        if code == exits.NONE:
            held.breach_at = held.expected_since = -1
        elif code != exits.EMERGENCY or sure or self._confirmed(venue, sym, held, out):
            self.leave(venue, sym, code, out)
        if held.trail_percent > 0.0:
            self._protector.follow(venue, sym, out)

    def _confirmed(self, venue: VenueState, sym: SymbolState, held: Held, out: Outcome) -> bool:
        """An emergency wants a second, independent price - for two seconds, where there is one."""
        if not venue.capabilities.second_price:
            return True
        if held.breach_at < 0:
            held.breach_at = self._state.now
            out.ask.append(Question("price", sym.key))
            return False
        return self._state.now - held.breach_at >= CONFIRM_WITHIN

    def leave(self, venue: VenueState, sym: SymbolState, code: int, out: Outcome) -> None:
        """End a position for a reason, once: protection on the exchange goes first."""
        held = sym.held
        if held is None or held.exit_order or held.leaving or self._too_soon(held):
            return
        if self._protector.covers(held, code):
            if held.expected_since < 0:
                held.expected_since = self._state.now
            if self._state.now - held.expected_since < EXCHANGE_ACTS_WITHIN:
                return
        alive = self._protector.disarm(venue, held, out)
        if alive and not venue.capabilities.margin:
            held.leaving = code  # the list locks the coins: sell when both legs are confirmed gone
            return
        self._sell(venue, sym, code, out)

    def _too_soon(self, held: Held) -> bool:
        """A refused exit is repeated after a pause: the books may have to follow the venue first."""
        return self._state.now < held.exit_retry_at

    def protection_gone(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """The cancelled protection is confirmed dead: now the waiting exit may go."""
        held = sym.held
        if held is not None and held.leaving and not held.protection.orders:
            code, held.leaving = held.leaving, 0
            self._sell(venue, sym, code, out)

    def _sell(self, venue: VenueState, sym: SymbolState, code: int, out: Outcome) -> None:
        held = sym.held
        if held is None:
            return
        quantity = exit_quantity(held.position.quantity, sym.step, None)
        if quantity <= ZERO or self._unsellable(venue, sym, quantity):
            self._books.to_dust(venue, sym, exits.REASONS[code], out)
            return
        reason = exits.REASONS[code]
        place = self._orders.place(venue, sym, "X")
        order = planner.exit_order(held.position, quantity, reason, sym.mark, place)
        order = replace(order, id=place.id.replace("X-", f"{order.purpose.value}-", 1))
        held.exit_order, held.exit_code = order.id, code
        held.exit_tries += 1
        self._orders.send(venue, order, out)

    def _unsellable(self, venue: VenueState, sym: SymbolState, quantity: Decimal) -> bool:
        """Too little for the venue's minimum: dust, kept in its own book (reduce-only may go)."""
        if venue.capabilities.margin:
            return False
        return float(quantity) * sym.mark < float(sym.rules.min_cost)

    def order_over(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        """An exit order ended and something is still held: again, or say that it does not go."""
        held = sym.held
        if held is None or held.exit_order != order.id:
            return
        held.exit_order = ""
        if order.status is not Status.REJECTED:
            self._sell(venue, sym, held.exit_code, out)
            return
        held.exit_retry_at = self._state.now + RETRY_EVERY
        out.ask.append(Question("report", venue.name))  # does the venue know something that we do not?
        if held.exit_tries >= MAX_TRIES:
            text = f"{sym.key}: the venue refused {held.exit_tries} exits ({order.note}); "
            text += "close it by hand"
            out.notices.append(Notice("error", "exit_refused", text, self._state.now, sym.key))
            held.exit_tries = 0

    def due_again(self, venue: VenueState, out: Outcome) -> None:
        """What time alone brings: unconfirmed emergencies, exits that must be repeated."""
        for key, held in list(venue.holding.items()):
            sym = venue.symbols[key]
            if held.exit_order or held.leaving:
                continue
            if held.breach_at >= 0 or held.expected_since >= 0:
                self.watch(venue, sym, out, sure=False)
            elif held.exit_code and held.exit_tries and not self._too_soon(held):
                self._sell(venue, sym, held.exit_code, out)

    def max_age(self, venue: VenueState) -> Millis:
        """How old a price may be for an exit, ms; 0: not judged."""
        return seconds(venue.parameters.max_price_age_exit)

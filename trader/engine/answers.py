"""What venues answer: each fact moves an order along its table and the books with it."""

from dataclasses import replace

from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.order import Fill, Kind, Order, Status
from trader.domain.outcome import Notice, Outcome
from trader.domain.position import ExitReason
from trader.domain.time import MINUTE
from trader.engine.books import Books
from trader.engine.leaving import Leaving
from trader.engine.orders import Orders
from trader.engine.protecting import Protector
from trader.engine.state import State, SymbolState, VenueState
from trader.execution import tracker

REJECTS_PAUSE = 10 * MINUTE


class Answers:
    """Handles every event that a venue sends about our orders, however often and in any order."""

    def __init__(
        self, state: State, orders: Orders, books: Books, leaving: Leaving, protector: Protector
    ) -> None:
        self._state = state
        self._orders = orders
        self._books = books
        self._leaving = leaving
        self._protector = protector

    def opened(self, event: ev.OrderOpened, out: Outcome) -> None:
        """The venue has it."""
        found = self._orders.find(event.order_id)
        if found is None:
            return
        venue, order = found
        asked = order.id in self._orders.doubts  # it lives although we cancelled: that was lost
        if order.status in _HEARD_NOTHING or (asked and order.status is Status.CANCELING):
            opened = order.moved_to(Status.OPEN, event.at)
            kept = self._orders.keep(venue, replace(opened, venue_id=event.venue_id), out)
            self._state.venue_by_order[order.id] = venue
            self._cancel_orphan(venue, kept, out)

    def _cancel_orphan(self, venue: VenueState, order: Order, out: Outcome) -> None:
        """Protection that turns up when its position is gone could sell what is not ours."""
        held = self._state.symbols[order.key].held
        if order.guards and (held is None or order.id not in held.protection.orders):
            self._orders.cancel(venue, order, out)

    def filled(self, event: ev.OrderFilled, out: Outcome) -> None:
        """One fill, applied once: order, position and cash in the same outcome."""
        fill = event.fill
        found = self._orders.find(fill.order_id)
        if found is None:
            self._unknown_fill(event, out)
            return
        venue, order = found
        if not self._state.know_fill(f"{venue.name}:{fill.id}"):
            return
        out.fills.append(fill)
        order = self._orders.filled(venue, order, fill, out)
        sym = self._state.symbols[order.key]
        if order.is_entry:
            self._books.entered(venue, sym, order, fill, out)
        else:
            self._books.left(venue, sym, fill, _reason(order, fill), out)
        self._watch_slippage(venue, order, out)
        if order.is_entry:
            self._leaving.watch(venue, sym, out, sure=False)
        if not order.live:
            self._over(venue, sym, order, out)

    def _unknown_fill(self, event: ev.OrderFilled, out: Outcome) -> None:
        text = f"{event.fill.key}: a fill of order {event.fill.order_id}, which is not known"
        out.notices.append(Notice("error", "unknown_fill", text, self._state.now, event.fill.key))

    def ended(self, event: ev.OrderEnded, out: Outcome) -> None:
        """No more fills will come - once those that came were heard of: else ask for them."""
        found = self._orders.find(event.order_id)
        if found is None:
            return
        venue, order = found
        told = event.filled
        if told is None and event.status is Status.FILLED and order.cost is None:
            told = order.quantity
        if order.live and told is not None and told > order.filled:
            self._orders.doubt(venue, order, out, "ended, and its fills are not known yet")
            return
        self.finish(venue, order, event.status, event.reason, out)

    def finish(
        self, venue: VenueState, order: Order, status: Status, reason: str, out: Outcome
    ) -> None:
        """Move an order to a final state and let its position know."""
        if not order.live:
            return
        if order.status is Status.SENDING and status is Status.NOT_PLACED:
            order = self._orders.move(venue, order, Status.UNKNOWN, out)
        moved = self._orders.move(venue, order, status, out, reason)
        if not moved.live:
            self._over(venue, self._state.symbols[order.key], moved, out)

    def rejected(self, event: ev.OrderRejected, out: Outcome) -> None:
        """Definitively not done."""
        found = self._orders.find(event.order_id)
        if found is None:
            return
        venue, order = found
        note = f"{event.code} {event.reason}".strip()
        # what was accepted once cannot be refused any more: then it is an end like a cancellation
        final = (
            Status.CANCELED if order.status in (Status.OPEN, Status.PARTIAL) else Status.REJECTED
        )
        moved = self._orders.move(venue, order, final, out, note)
        if moved is order:
            return
        sym = self._state.symbols[order.key]
        if order.is_entry:
            self._count_reject(venue, sym, note, out)
        self._over(venue, sym, moved, out)

    def _count_reject(self, venue: VenueState, sym: SymbolState, note: str, out: Outcome) -> None:
        """Five refused entries within ten minutes: the symbol rests, somebody should look."""
        now = self._state.now
        sym.rejects.append(now)
        out.notices.append(Notice("warning", "entry_rejected", f"{sym.key}: {note}", now, sym.key))
        if len(sym.rejects) == sym.rejects.maxlen and now - sym.rejects[0] < REJECTS_PAUSE:
            venue.halt(Halt("rejects", now + REJECTS_PAUSE, sym.key, note))

    def unknown(self, event: ev.OrderUnknown, out: Outcome) -> None:
        """Nobody knows: ask by client id, take no entries in the symbol, never resend."""
        found = self._orders.find(event.order_id)
        if found is not None and found[1].live:
            self._orders.doubt(*found, out, event.reason)

    def not_found(self, event: ev.OrderNotFound, out: Outcome) -> None:
        """A clean "not found": believed only after the quarantine, and repeatedly."""
        found = self._orders.find(event.order_id)
        if found is None or not found[1].live:
            return
        venue, order = found
        self._orders.doubt(venue, order, out, "not found")  # also while it is being cancelled
        order, doubt = venue.orders[order.id], self._orders.doubts[order.id]
        tracker.missed(doubt, event.at)
        if tracker.never_placed(doubt, event.at, venue.capabilities.quarantine):
            self.finish(venue, order, Status.NOT_PLACED, "never arrived", out)

    def cancel_failed(self, event: ev.CancelFailed, out: Outcome) -> None:
        """Whether it lives or filled must be asked."""
        found = self._orders.find(event.order_id)
        if found is not None and found[1].live:
            self._orders.doubt(*found, out, event.reason)

    def liquidated(self, event: ev.Liquidated, out: Outcome) -> None:
        """The exchange closed a position by force."""
        sym = self._state.symbols.get(event.fill.key)
        if sym is None or sym.held is None:
            return
        venue = self._state.venue_by_key[sym.key]
        if not self._state.know_fill(f"{venue.name}:{event.fill.id}"):
            return
        out.fills.append(event.fill)
        text = f"{sym.key}: liquidated by the exchange"
        out.notices.append(Notice("error", "liquidated", text, self._state.now, sym.key))
        self._books.left(venue, sym, event.fill, ExitReason.LIQUIDATION, out)

    def _over(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        """An order has ended: free the symbol, arm, sell what waited, or try again."""
        if order.is_entry:
            self._entry_over(venue, sym, order, out)
        elif order.guards:
            self._protector.ended(venue, sym, order, out)
        else:
            self._leaving.order_over(venue, sym, order, out)
        self._leaving.drive(venue, sym, out)
        if sym.held is None:
            self._cancel_rest(venue, sym, out)

    def _entry_over(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        if sym.entry == order.id:
            sym.entry = ""
        self._protector.arm(venue, sym, out)

    def _cancel_rest(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """The position is gone: protective orders that live on are orphans."""
        for order in list(venue.orders.values()):
            if order.key == sym.key and order.guards and order.status in _CANCELABLE:
                self._orders.cancel(venue, order, out)

    def _watch_slippage(self, venue: VenueState, order: Order, out: Outcome) -> None:
        """A fill much worse than the price of the decision is said aloud (specification 3.10)."""
        if not order.filled or order.decided_price <= 0.0:
            return
        average = float(order.filled_cost / order.filled)
        worse = average / order.decided_price - 1.0
        worse = worse if order.side == "buy" else -worse
        if worse >= venue.parameters.max_slippage > 0.0:
            text = f"{order.key}: filled {worse:.2%} worse than decided ({order.id})"
            out.notices.append(Notice("warning", "slippage", text, self._state.now, order.key))


_HEARD_NOTHING = (Status.SENDING, Status.UNKNOWN, Status.NOT_PLACED)
_CANCELABLE = (Status.SENDING, Status.OPEN, Status.PARTIAL)


def _reason(order: Order, fill: Fill) -> str:
    """Exit reason of a fill; of an OCO list the price tells which leg it was."""
    if order.kind is not Kind.OCO or order.price is None or order.stop_price is None:
        return order.reason
    nearer_target = abs(fill.price - order.price) < abs(fill.price - order.stop_price)
    return ExitReason.TAKE_PROFIT if nearer_target else order.reason

"""Orders of ours on their way: numbered, sent, moved along their table, kept after their end."""

from dataclasses import replace

from trader.domain.money import amount
from trader.domain.order import MOVES, Fill, Order, Status
from trader.domain.outcome import Outcome
from trader.domain.time import Millis
from trader.engine.state import State, SymbolState, VenueState
from trader.execution.planner import Place
from trader.execution.tracker import Doubt

_LETTER = {"upbit": "U", "binance_spot": "B", "binance_futures": "F"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEEP_ENDED = 1_000


class Orders:
    """Makes client ids, sends, cancels; the doubts about unanswered requests are kept here."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.doubts: dict[str, Doubt] = {}

    def place(self, venue: VenueState, sym: SymbolState, purpose: str) -> Place:
        """Where the next order goes: a new client id and the market's rules."""
        venue.sequence += 1
        venue.dirty = True
        capabilities = venue.capabilities
        name = f"{self._state.namespace}{_LETTER[venue.name]}{purpose}-{base36(venue.sequence)}"
        return Place(
            name,
            sym.rules,
            self._state.now,
            sym.candle,
            margin=capabilities.margin,
            by_cost=capabilities.buys_by_cost,
        )

    def send(self, venue: VenueState, order: Order, out: Outcome) -> None:
        """Put an order on its way; the journal writes it down before it leaves."""
        venue.orders[order.id] = order
        self._state.venue_by_order[order.id] = venue
        out.submit.append(order)

    def cancel(self, venue: VenueState, order: Order, out: Outcome) -> None:
        """Ask for an order's end. Repeating it is harmless."""
        if order.status is not Status.CANCELING:
            self.keep(venue, order.moved_to(Status.CANCELING, self._state.now), out)
        out.cancel.append(order.id)

    def find(self, order_id: str) -> tuple[VenueState, Order] | None:
        """An order of ours, in flight or ended; None when it is not (or no longer) known."""
        venue = self._state.venue_by_order.get(order_id)
        if venue is None:
            return None
        order = venue.orders.get(order_id) or venue.ended.get(order_id)
        return None if order is None else (venue, order)

    def move(
        self, venue: VenueState, order: Order, status: Status, out: Outcome, note: str = ""
    ) -> Order:
        """Move an order if its table allows; else leave it (venues repeat themselves)."""
        if status is order.status or status not in MOVES[order.status]:
            return order
        return self.keep(venue, order.moved_to(status, self._state.now, note), out)

    def keep(self, venue: VenueState, order: Order, out: Outcome) -> Order:
        """Remember an order's new value among the live or the ended ones."""
        out.orders.append(order)
        if order.live:
            venue.ended.pop(order.id, None)
            venue.orders[order.id] = order
        else:
            venue.orders.pop(order.id, None)
            venue.ended[order.id] = order
            self._forget_oldest(venue)
        if order.status not in (Status.UNKNOWN, Status.SENDING, Status.CANCELING):
            self.doubts.pop(order.id, None)  # to cancel an order is not to know of it
        return order

    def filled(self, venue: VenueState, order: Order, fill: Fill, out: Outcome) -> Order:
        """One more fill of an order; it is FILLED when nothing remains of its quantity."""
        filled = order.filled + fill.quantity
        whole = order.cost is None and filled >= order.quantity
        status = Status.FILLED if whole else Status.PARTIAL
        if order.status in (Status.CANCELING, Status.CANCELED) and not whole:
            status = order.status  # a fill that crossed our cancel ends nothing and revives nothing
        return self.keep(
            venue,
            replace(
                order,
                status=status,
                filled=filled,
                filled_cost=order.filled_cost + amount(fill.price, fill.quantity),
                fees=order.fees + fill.fee,
                updated_at=self._state.now,
            ),
            out,
        )

    def doubt(self, venue: VenueState, order: Order, out: Outcome, reason: str) -> None:
        """Nobody knows what became of it: ask, never resend."""
        self.move(venue, order, Status.UNKNOWN, out, reason)
        if order.id not in self.doubts:
            # an order that the venue once acknowledged was there when it was last heard of
            since: Millis = order.updated_at if order.venue_id else order.created_at
            self.doubts[order.id] = Doubt(since, self._state.now, next_ask=self._state.now)

    def _forget_oldest(self, venue: VenueState) -> None:
        if len(venue.ended) > KEEP_ENDED:
            oldest = next(iter(venue.ended))
            del venue.ended[oldest]
            self._state.venue_by_order.pop(oldest, None)


def base36(number: int) -> str:
    """A number in as few of `0-9A-Z` as it takes."""
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits

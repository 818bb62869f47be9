"""What `account.json` says: live orders of ours, how positions were entered, what is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from trader.bridge.documents import number
from trader.domain.events import Holding, VenueReported
from trader.domain.instrument import symbol_of
from trader.domain.money import ZERO
from trader.domain.order import Order, Side, Status
from trader.domain.position import Position
from trader.domain.time import SECOND
from trader.engine.state import State, VenueState
from trader.shell.panel.agenda import Hands

Row = dict[str, Any]
QUIET = 5 * SECOND  # an order that moved since then may not be in a report yet
_RECENT = 20
_UNSETTLED = (Status.SENDING, Status.UNKNOWN, Status.CANCELING)


class AccountNotes:
    """Everything here runs in the loop; rows are made anew only when something changed."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._strange: dict[str, dict[str, Row]] = {}
        self._reported: dict[str, float] = {}
        self._seen: object = None
        self._row: Row = {}

    def note_report(self, event: VenueReported, now: float) -> None:
        """What an account holds beside ours; `now` in seconds since 1970."""
        venue = self._state.venues.get(event.venue)
        if venue is None:
            return
        former, busy = self._strange.get(venue.name, {}), _moving(self._state, venue)
        found = {key: row for key, row in former.items() if key in busy}
        for holding in event.holdings:
            row = None if holding.key in busy else _strange(venue, holding)
            if row is not None:
                found[holding.key] = row
        self._strange[venue.name] = found
        self._reported[venue.name] = now

    def look(self, hands: Hands) -> tuple[object, Row]:
        """A version that differs whenever the rows do, and the rows."""
        version = self._version()
        if version != self._seen:
            self._seen, self._row = version, self._made(hands)
        return version, self._row

    def _version(self) -> object:
        orders = [
            (order.id, order.status, order.filled, order.price, order.stop_price)
            for venue in self._state.venues.values()
            for order in venue.orders.values()
        ]
        held = [
            (one.id, one.quantity, one.funding, one.fees)
            for venue in self._state.venues.values()
            for one in _positions(venue)
        ]
        strange = [row for venue in self._strange.values() for row in venue.values()]
        return orders, held, strange, sorted(self._reported)

    def _made(self, hands: Hands) -> Row:
        venues = self._state.venues.values()
        return {
            "orders": [
                _order_row(venue, order, hands) for venue in venues for order in _live(venue)
            ],
            "positions": [
                _position_row(venue, one) for venue in venues for one in _positions(venue)
            ],
            "external": [row for found in self._strange.values() for row in found.values()],
            "reported": dict(self._reported),
            "timestamp": hands.wall,
            "market": hands.market / 1_000,
            "speed": hands.speed,
        }


def _moving(state: State, venue: VenueState) -> set[str]:
    """Markets in which something of ours moves, so that a report may not know it yet."""
    recent = (*venue.orders.values(), *list(venue.ended.values())[-_RECENT:])
    return {
        order.key
        for order in recent
        if order.status in _UNSETTLED or state.now - order.updated_at < QUIET
    }


def _strange(venue: VenueState, holding: Holding) -> Row | None:
    """The part of a holding that is not the bot's; None when all of it is."""
    key, held = holding.key, venue.holding.get(holding.key)
    ours = ZERO if held is None else held.position.quantity * held.d
    rest = holding.quantity - ours - venue.dust.get(key, ZERO)
    sym = venue.symbols.get(key)
    if abs(rest) < (ZERO if sym is None else sym.step) or rest == ZERO:
        return None
    locked = holding.quantity - holding.free - _promised(venue, key)
    return {
        "venue": venue.name,
        "symbol": symbol_of(key),
        "quantity": number(rest),
        "locked": number(max(ZERO, locked)),
    }


def _promised(venue: VenueState, key: str) -> Decimal:
    """Coins that resting sales of ours lock; legs of one list share them."""
    resting = (o for o in _live(venue) if o.key == key and not o.is_entry and o.side is Side.SELL)
    return max((order.remaining for order in resting), default=ZERO)


def _live(venue: VenueState) -> Iterator[Order]:
    return (order for order in venue.orders.values() if order.live)


def _positions(venue: VenueState) -> Iterator[Position]:
    return (held.position for held in venue.holding.values())


def _order_row(venue: VenueState, order: Order, hands: Hands) -> Row:
    return {
        "id": order.id,
        "venue": venue.name,
        "symbol": symbol_of(order.key),
        "side": str(order.side),
        "kind": str(order.kind),
        "purpose": "entry" if order.is_entry else "protection" if order.guards else "exit",
        "status": str(order.status),
        "quantity": number(order.quantity),
        "filled": number(order.filled),
        "price": _price(order.price),
        "trigger": _price(order.stop_price),
        "reason": order.reason,
        "at": hands.at(order.created_at),
    }


def _position_row(venue: VenueState, position: Position) -> Row:
    """What the portfolio's file does not tell; of the entry what is still remembered."""
    entry = _entry_of(venue, position)
    return {
        "venue": venue.name,
        "symbol": symbol_of(position.key),
        "decided_price": None if entry is None else number(entry.decided_price),
        "atr_stop": number(position.atr_stop),
        "fees": number(position.fees),
        "funding": number(position.funding) if venue.capabilities.margin else None,
        "preset": position.preset,
    }


def _entry_of(venue: VenueState, position: Position) -> Order | None:
    known = (*venue.ended.values(), *venue.orders.values())
    entries = (o for o in known if o.is_entry and o.position_id == position.id)
    return next(entries, None)


def _price(price: Decimal | None) -> float | int | None:
    return None if price is None else number(price)

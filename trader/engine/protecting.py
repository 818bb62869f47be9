"""Keeps every position's orders on the exchange what they should be: armed once, re-armed once."""

import math

from trader.domain.order import Order, Status
from trader.domain.outcome import Notice, Outcome
from trader.domain.time import SECOND, Millis
from trader.engine.held import Held, Protection
from trader.engine.orders import Orders
from trader.engine.state import State, SymbolState, VenueState
from trader.execution import planner
from trader.rules import exits

RETRY = 5 * SECOND
TRIES = 3
MOVE_EVERY = 60 * SECOND  # a rising trail moves the exchange's stop at most so often
MOVE_AT_LEAST = 0.002


class Protector:
    """Arms, disarms and re-arms. Between the steps the engine's own watch is the protection."""

    def __init__(self, state: State, orders: Orders) -> None:
        self._state = state
        self._orders = orders

    def arm(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """Place the protection of a position that has none, where the venue can hold it."""
        held, kind = sym.held, venue.capabilities.protection
        if held is None or kind == "none" or not self._may_arm(held):
            return
        stop = exits.nearest_adverse(held.d, math.nan, held.emergency, held.stop, held.trail)
        if not math.isfinite(stop) or exits.met(held.d, sym.mark, stop):
            return
        place = self._orders.place(venue, sym, "O" if kind == "oco" else "S")
        if held.quantity * sym.mark < float(sym.rules.min_cost) and not venue.capabilities.margin:
            return
        protection = held.protection
        protection.moving = False
        protection.tries += 1
        protection.retry_at = self._state.now + RETRY
        protection.covers = stop
        reason = held.stop_reason()
        for order in planner.guards(held.position, (stop, held.target), (kind, reason), place):
            protection.orders[order.id] = order.reason
            self._orders.send(venue, order, out)

    def _may_arm(self, held: Held) -> bool:
        protection = held.protection
        busy = protection.orders or held.exit_order or held.leaving
        return (
            not busy
            and protection.lost < 2
            and protection.tries < TRIES
            and self._state.now >= protection.retry_at
        )

    def disarm(self, venue: VenueState, held: Held, out: Outcome) -> bool:
        """Cancel all protection of a position; True when some of it is still alive."""
        alive = False
        for order_id in held.protection.orders:
            order = venue.orders.get(order_id)
            if order is not None and order.live:
                alive = held.protection.moving = True
                self._orders.cancel(venue, order, out)
        return alive

    def ended(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        """One protective order is over without having ended the position."""
        held = sym.held
        if held is None or held.protection.orders.pop(order.id, None) is None:
            return
        protection = held.protection
        if order.status is Status.REJECTED:
            self._say(out, "protection_refused", f"{sym.key}: {order.note}", sym.key)
        elif not held.leaving and not protection.orders and not protection.moving:
            protection.lost += order.filled == 0
            protection.tries = 0
            self._say(out, "protection_gone", f"{sym.key}: the engine watches the stop", sym.key)
        if not protection.orders:
            protection.covers = math.nan
            if protection.moving:
                protection.retry_at = self._state.now
                protection.tries = 0
            if not held.leaving:
                self.arm(venue, sym, out)

    def follow(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """Move the exchange's stop after a trail that rose enough, at most once a minute."""
        held = sym.held
        if held is None or not held.protection.orders or math.isnan(held.trail):
            return
        protection = held.protection
        better = held.d * (held.trail - protection.covers)
        if better < MOVE_AT_LEAST * held.entry or self._state.now < protection.retry_at:
            return
        protection.retry_at = self._state.now + MOVE_EVERY
        self.disarm(venue, held, out)

    def fit(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """Protection for another quantity than is held (somebody sold a part) is placed anew."""
        held = sym.held
        if held is None or held.exit_order or held.leaving or held.protection.moving:
            return
        guards = [venue.orders[name] for name in held.protection.orders if name in venue.orders]
        untouched = all(order.status is Status.OPEN for order in guards)
        wanted = held.position.quantity // sym.step * sym.step
        if untouched and any(order.quantity != wanted for order in guards):
            self.disarm(venue, held, out)

    def covers(self, held: Held, code: int) -> bool:
        """Whether the exchange's own order is there for this exit."""
        protection: Protection = held.protection
        if not protection.orders:
            return False
        if code == exits.TARGET:
            return not math.isnan(held.target)
        return code in (exits.EMERGENCY, exits.STOP, exits.TRAIL) and held.d * (
            protection.covers - self._level(held, code)
        ) >= -1e-9 * abs(held.entry)

    @staticmethod
    def _level(held: Held, code: int) -> float:
        return {exits.EMERGENCY: held.emergency, exits.STOP: held.stop}.get(code, held.trail)

    def _say(self, out: Outcome, code: str, text: str, key: str) -> None:
        at: Millis = self._state.now
        out.notices.append(Notice("warning", code, text, at, key))

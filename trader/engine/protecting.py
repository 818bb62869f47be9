"""Keeps every position's orders on the exchange what they should be: armed once, re-armed once."""

import math

from trader.domain.order import Kind, Order, Status
from trader.domain.outcome import Notice, Outcome
from trader.domain.time import MINUTE, SECOND, Millis
from trader.engine.held import BOTH, STOP, TARGET, Held, Protection
from trader.engine.orders import Orders
from trader.engine.state import State, SymbolState, VenueState
from trader.execution import planner, tracker
from trader.rules import exits

RETRY = 5 * SECOND
RETRY_SLOWLY = 60 * SECOND  # after three vain tries: the engine watches, the exchange is asked
TRIES = 3
LEAVE_ALONE = 10 * MINUTE  # somebody cancelled it twice: the engine watches, for so long
MOVE_EVERY = 60 * SECOND  # a rising trail moves the exchange's stop at most so often
MOVE_AT_LEAST = 0.002
_ROLES = {Kind.OCO: BOTH, Kind.STOP_MARKET: STOP, Kind.TAKE_PROFIT_MARKET: TARGET}


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
        protection.moving = protection.refused = False
        protection.tries += 1
        pause = RETRY if protection.tries < TRIES else RETRY_SLOWLY
        protection.retry_at = self._state.now + pause
        protection.covers, protection.target = stop, held.target
        reason = held.stop_reason()
        for order in planner.guards(held.position, (stop, held.target), (kind, reason), place):
            protection.orders[order.id] = role_of(order)
            self._orders.send(venue, order, out)

    def _may_arm(self, held: Held) -> bool:
        protection = held.protection
        busy = protection.orders or held.exit_order or held.must_go
        return not busy and self._state.now >= protection.retry_at

    def disarm(self, venue: VenueState, held: Held, out: Outcome) -> bool:
        """Cancel all protection of a position; True when some of it may still be alive."""
        alive = False
        for order_id in held.protection.orders:
            order = venue.orders.get(order_id)
            if order is not None and order.live and not self._cannot_arrive(order):
                alive = held.protection.moving = True
                if order.status in (Status.SENDING, Status.OPEN, Status.PARTIAL):
                    self._orders.cancel(venue, order, out)
        return alive

    def _cannot_arrive(self, order: Order) -> bool:
        """Sent, never heard of, and too late for the exchange to take it."""
        doubt = self._orders.doubts.get(order.id)
        if doubt is None or order.venue_id:
            return False
        return tracker.cannot_arrive(doubt, self._state.now)

    def ended(self, venue: VenueState, sym: SymbolState, order: Order, out: Outcome) -> None:
        """One protective order is over without having ended the position."""
        held = sym.held
        if held is None or held.protection.orders.pop(order.id, None) is None:
            return
        protection = held.protection
        if order.status is Status.REJECTED:
            protection.refused = True
            text = f"{sym.key}: the engine watches the stop, protection was refused: {order.note}"
            self._say(out, "protection_refused", text, sym.key)
        elif not protection.moving and not held.must_go:
            self._lost(protection, order)
            self._say(out, "protection_gone", f"{sym.key}: the engine watches the stop", sym.key)
        if role_of(order) != TARGET:
            protection.covers = math.nan
        if protection.orders:
            self.disarm(venue, held, out)  # a pair lives and dies together: it is armed anew
            return
        left_alone = protection.retry_at - self._state.now > RETRY_SLOWLY
        if protection.moving and not protection.refused and not left_alone:
            protection.retry_at = self._state.now
            protection.tries = 0
        self.arm(venue, sym, out)

    def _lost(self, protection: Protection, order: Order) -> None:
        """Gone without a fill: somebody cancelled it. Once it is placed again, twice we obey."""
        protection.tries = 0
        protection.lost += order.filled == 0
        if protection.lost >= 2:
            protection.lost = 0
            protection.retry_at = self._state.now + LEAVE_ALONE

    def follow(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """Move the exchange's stop after a trail that rose enough, at most once a minute."""
        held = sym.held
        if held is None or not held.protection.orders or math.isnan(held.trail):
            return
        protection = held.protection
        better = held.d * (held.trail - protection.covers)
        if better < MOVE_AT_LEAST * held.entry or self._state.now < protection.move_at:
            return
        protection.move_at = self._state.now + MOVE_EVERY
        self.disarm(venue, held, out)

    def fit(self, venue: VenueState, sym: SymbolState, out: Outcome) -> None:
        """Protection for another quantity, stop or target than is held is placed anew."""
        held = sym.held
        if held is None or held.must_go or not held.protection.orders:
            return
        guards = [venue.orders[name] for name in held.protection.orders if name in venue.orders]
        untouched = all(order.status is Status.OPEN for order in guards)
        if untouched:
            held.protection.moving = False  # cancellations that were to move them were lost
        wanted = held.position.quantity // sym.step * sym.step
        if untouched and (
            any(order.quantity != wanted for order in guards) or self._outdated(sym, held)
        ):
            self.disarm(venue, held, out)

    @staticmethod
    def _outdated(sym: SymbolState, held: Held) -> bool:
        """The settings moved the stop or the target since it was placed (a trail has its own)."""
        stop = exits.nearest_adverse(held.d, math.nan, held.emergency, held.stop, held.trail)
        protection = held.protection
        moved = math.isnan(held.trail) and not _alike(sym, held.d, stop, protection.covers)
        targets = (held.target, protection.target)
        return moved or (targets[0] != targets[1] and not all(map(math.isnan, targets)))

    def covers(self, held: Held, code: int) -> bool:
        """Whether the exchange's own order is there for this exit."""
        protection = held.protection
        if code == exits.TARGET:
            return protection.has(TARGET) and not math.isnan(held.target)
        if code not in (exits.EMERGENCY, exits.STOP, exits.TRAIL) or not protection.has(STOP):
            return False
        beyond = held.d * (protection.covers - self._level(held, code))
        return beyond >= -1e-9 * abs(held.entry)

    @staticmethod
    def _level(held: Held, code: int) -> float:
        return {exits.EMERGENCY: held.emergency, exits.STOP: held.stop}.get(code, held.trail)

    def _say(self, out: Outcome, code: str, text: str, key: str) -> None:
        at: Millis = self._state.now
        out.notices.append(Notice("warning", code, text, at, key))


def role_of(order: Order) -> str:
    """What a protective order is there for: stop, target or both."""
    return _ROLES[order.kind]


def _alike(sym: SymbolState, d: int, one: float, other: float) -> bool:
    """Whether two stops are the same order: a restart knows its price on the tick only."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return one == other
    return planner.on_tick(one, sym.rules, up=d > 0) == planner.on_tick(other, sym.rules, up=d > 0)
